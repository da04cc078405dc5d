export { durationText as milliseconds } from './duration-text';

/** `1,000,000` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 row`, `1,000 rows`: a count and its noun. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Decimal text with thousands separators; never through a floating-point number. */
export const grouped = (decimal: string): string =>
  decimal.replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','));

/** `12.3 %` of a share 0..1. */
export const share = (value: number): string => `${(100 * value).toFixed(value < 0.1 && value > 0 ? 2 : 1)} %`;

/** `45 s`, `2 min`, `1 h 5 min` */
export function seconds(value: number): string {
  if (value < 59.95) return `${Number(value.toFixed(1))} s`;
  const minutes = Math.floor(Math.round(value) / 60);
  const rest = Math.round(value) % 60;
  if (minutes < 60) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}
