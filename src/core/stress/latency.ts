import type { LatencySummary } from './contract';

/** What a summary needs of a histogram whose values are microseconds. `node:perf_hooks` histograms are of this shape. */
export interface MicrosecondHistogram {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  percentile(percentile: number): number;
}

const EMPTY: LatencySummary = { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };

/** Percentiles in milliseconds from one (merged) histogram. Zeros when nothing was recorded. */
export function summarize(histogram: MicrosecondHistogram): LatencySummary {
  if (histogram.count === 0) return { ...EMPTY };
  const ms = (microseconds: number): number => microseconds / 1000;
  // The bucket of a high percentile may reach beyond the largest value seen.
  const percentile = (p: number): number => ms(Math.min(histogram.percentile(p), histogram.max));
  return {
    count: histogram.count,
    min: ms(histogram.min),
    mean: ms(histogram.mean),
    p50: percentile(50),
    p90: percentile(90),
    p95: percentile(95),
    p99: percentile(99),
    p999: percentile(99.9),
    max: ms(histogram.max),
  };
}
