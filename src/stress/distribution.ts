import type { RecordableHistogram } from 'node:perf_hooks';

/** Steps in each half of what is left up to 100 %, as HdrHistogram's own printers take by default. */
const TICKS_PER_HALF_DISTANCE = 5;
/** Beyond this share a value stands alone in any run that fits. */
const LAST_PERCENTILE = 99.99999;

/** The cumulative distribution of a histogram of microseconds as [percentile, milliseconds], the last one at 100; empty when it holds nothing. */
export function distributionOf(histogram: RecordableHistogram): [number, number][] {
  if (histogram.count === 0) return [];
  const points: [number, number][] = [];
  const push = (percentile: number): void => {
    // a bucket may reach beyond the largest value seen, and percentile 0 is the smallest
    const value = percentile === 0 ? histogram.min : Math.min(histogram.percentile(percentile), histogram.max);
    points.push([percentile, value / 1000]);
  };
  for (let percentile = 0; percentile < LAST_PERCENTILE;) {
    push(percentile);
    // beyond the last single value all further percentiles are the maximum
    if ((1 - percentile / 100) * histogram.count < 1) break;
    const halvings = Math.floor(Math.log2(100 / (100 - percentile))) + 1;
    percentile += 100 / (TICKS_PER_HALF_DISTANCE * 2 ** halvings);
  }
  push(100);
  return points;
}
