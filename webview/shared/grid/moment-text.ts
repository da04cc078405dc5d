const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d+)?([+-]\d{2})(?::?(\d{2}))?(?::\d{2})?$/;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_556_952_000],
  ['month', 2_629_746_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** The moment of a `timestamptz` as the server writes it; undefined for `infinity`, BC and years beyond 9999. */
export function parseMoment(value: string): Date | undefined {
  const match = MOMENT.exec(value);
  if (!match) return undefined;
  const [, year, month, day, time, fraction = '', hours, minutes = '00'] = match;
  const date = new Date(`${year}-${month}-${day}T${time}${fraction.slice(0, 4)}${hours}:${minutes}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `3 days ago`, `in 2 hours` */
export function ageText(moment: Date, nowMs: number, language?: string): string {
  const difference = moment.getTime() - nowMs;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = STEPS.find(([, ms]) => Math.abs(difference) >= ms) ?? ['second', 1_000];
  return format.format(Math.trunc(difference / size), unit);
}

/** Local time and age on two lines; undefined when the text is no moment. */
export function momentTitle(value: string): string | undefined {
  const moment = parseMoment(value);
  if (!moment) return undefined;
  const local = moment.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  return `${local}\n${ageText(moment, Date.now())}`;
}
