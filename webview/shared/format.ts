const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,000,000` */
export const formatCount = (value: number): string => INTEGER.format(value);

/** `0.84 ms`, `12.3 ms`, `980 ms`, `4.28 s`, `2 min 5 s` */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `93.44 %`; a whole hundred only when it is one. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (part === whole) return '100 %';
  return `${Math.min(percent, 99.99).toFixed(2)} %`;
}
