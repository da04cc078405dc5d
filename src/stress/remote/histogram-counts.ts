import type { RecordableHistogram } from 'node:perf_hooks';
import { MAX_RECORDED_MICROSECONDS } from '../histogram';

/** A histogram as it travels: pairs of a bucket's value and its count, flat `[value, count, value, count…]`, ascending. */
export type HistogramCounts = number[];

/** What is read of a histogram; those of `node:perf_hooks` do not show their buckets, but answer which value has a rank. */
export type RankedHistogram = Pick<RecordableHistogram, 'count' | 'percentile'>;

/** The buckets of a histogram, exactly: walks through the ranks, skipping as far as the value stays the same. */
export function histogramCounts(histogram: RankedHistogram): HistogramCounts {
  const total = Number(histogram.count);
  const valueAt = (rank: number): number => histogram.percentile((rank / total) * 100);
  const counts: number[] = [];
  for (let rank = 1; rank <= total;) {
    const value = valueAt(rank);
    // the last rank with this value: double the step while the value holds, then halve
    let last = rank;
    let step = 1;
    while (last + step <= total && valueAt(last + step) === value) {
      last += step;
      step *= 2;
    }
    for (; step >= 1; step = Math.floor(step / 2))
      if (last + step <= total && valueAt(last + step) === value) last += step;
    counts.push(value, last - rank + 1);
    rank = last + 1;
  }
  return counts;
}

/** Adds buckets to a histogram of the same layout. */
export function addCounts(histogram: Pick<RecordableHistogram, 'record'>, counts: HistogramCounts): void {
  for (let i = 0; i + 1 < counts.length; i += 2) {
    // the value of a bucket is its upper end, and that of the last one lies beyond what may be recorded
    const value = Math.min(counts[i] as number, MAX_RECORDED_MICROSECONDS);
    for (let n = counts[i + 1] as number; n > 0; n--) histogram.record(value);
  }
}
