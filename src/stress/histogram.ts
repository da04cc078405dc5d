import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** One hour: the longest latency the histograms hold. */
export const MAX_RECORDED_MICROSECONDS = 3_600_000_000;

/** Whole microseconds within what the histogram takes. */
export const microseconds = (ms: number): number =>
  Math.min(MAX_RECORDED_MICROSECONDS, Math.max(1, Math.round(ms * 1000)));

/** A histogram of microseconds, up to one hour, three significant figures. A clone posted to another thread shares its counts. */
export const latencyHistogram = (): RecordableHistogram =>
  createHistogram({ lowest: 1, highest: MAX_RECORDED_MICROSECONDS, figures: 3 });

/** One histogram that holds what all of them hold. */
export function mergeHistograms(histograms: readonly RecordableHistogram[]): RecordableHistogram {
  const merged = latencyHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}
