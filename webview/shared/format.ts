import { counted } from '../../src/base/number-text';

export { durationText as formatDuration } from '../../src/base/duration-text';

const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,000,000` */
export const formatCount = (value: number): string => INTEGER.format(value);

/** `93.44 %`, never broken over two lines; a whole hundred only when it is one. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (part === whole) return '100\u00a0%';
  return `${Math.min(percent, 99.99).toFixed(2)}\u00a0%`;
}

/** `442 calls, at most 4 each`: how many calls were made again, and how often one of them. */
export const retriedText = (calls: number, most: number): string =>
  calls === 0 ? 'no call was made again' : `${counted(calls, 'call')}, at most ${formatCount(most)} each`;
