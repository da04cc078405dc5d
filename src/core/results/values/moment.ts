const DAY_US = 86_400_000_000;
const DATE = /^(\d{4,7})-(\d{2})-(\d{2})(?:[ T](.*))?$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?(?::\d{2})?)?$/;

/** Microseconds from 1970-01-01 UTC of a date or timestamp in PostgreSQL's ISO form, without zone as UTC; undefined for another text. */
export function momentUs(text: string): bigint | undefined {
  const bc = text.endsWith(' BC');
  const match = DATE.exec(bc ? text.slice(0, -3) : text);
  if (!match) return undefined;
  const year = bc ? 1 - Number(match[1]) : Number(match[1]);
  const days = daysFromCivil(year, Number(match[2]), Number(match[3]));
  const time = match[4] === undefined ? 0 : timeUs(match[4]);
  return time === undefined ? undefined : BigInt(days) * BigInt(DAY_US) + BigInt(time);
}

/** Microseconds of a time of day, brought to UTC when it has a zone; undefined for another text. */
export function timeUs(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, hours, minutes, seconds = '0', fraction = '', zone] = match;
  const local = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (local - zoneSeconds(zone)) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

function zoneSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (zone.slice(1).match(/\d{2}/g) ?? []).map(Number);
  return (zone.startsWith('-') ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

const UNITS: Readonly<Record<string, number>> = { year: 360, mon: 30, day: 1 };

/** Microseconds of an interval in PostgreSQL's own form, a month counting 30 days as in its comparisons; undefined for another text. */
export function intervalUs(text: string): number | undefined {
  let us = 0;
  let rest = text.trim();
  const part = /^([+-]?\d+) (year|mon|day)s?(?: |$)/;
  for (let match = part.exec(rest); match; match = part.exec(rest)) {
    us += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0) * DAY_US;
    rest = rest.slice(match[0].length);
  }
  if (rest === '') return text.trim() === '' ? undefined : us;
  const time = /^([+-]?)(\d+):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(rest);
  if (!time) return undefined;
  const [, sign, hours, minutes, seconds, fraction = ''] = time;
  const value =
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000_000 + Number(fraction.padEnd(6, '0'));
  return us + (sign === '-' ? -value : value);
}
