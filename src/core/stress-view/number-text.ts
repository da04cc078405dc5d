/** `1,000,000` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Decimal integer text with thousands separators; never through a floating-point number. */
export const grouped = (decimal: string): string => decimal.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `12.3 %` of a share 0..1. */
export const share = (value: number): string => `${(100 * value).toFixed(value < 0.1 && value > 0 ? 2 : 1)} %`;

/** `0.84 ms`, `12.3 ms`, `980 ms`, `4.28 s` */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** `45 s`, `2 min`, `1 h 5 min` */
export function seconds(value: number): string {
  if (value < 59.95) return `${Number(value.toFixed(1))} s`;
  const minutes = Math.floor(Math.round(value) / 60);
  const rest = Math.round(value) % 60;
  if (minutes < 60) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}
