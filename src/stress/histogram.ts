import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { MAX_RECORDED_MICROSECONDS } from './loop';

/** A histogram of microseconds, up to one hour, three significant figures. A clone posted to another thread shares its counts. */
export const latencyHistogram = (): RecordableHistogram =>
  createHistogram({ lowest: 1, highest: MAX_RECORDED_MICROSECONDS, figures: 3 });

/** One histogram that holds what all of them hold. */
export function mergeHistograms(histograms: readonly RecordableHistogram[]): RecordableHistogram {
  const merged = latencyHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}
