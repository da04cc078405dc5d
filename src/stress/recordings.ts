import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Recordings } from '../protocol/stress';
import { latencyHistogram, MAX_RECORDED_MICROSECONDS, mergeHistograms } from './histogram';

/** Seconds whose latencies are kept: the one being written, the one being read, and one to spare. */
const WINDOWS = 3;

/** A worker's histograms, empty. */
export const newRecordings = (): Recordings<RecordableHistogram> => ({
  latency: latencyHistogram(),
  handlerLatency: latencyHistogram(),
  overheadLatency: latencyHistogram(),
  windows: Array.from({ length: WINDOWS }, () =>
    // two figures: a fifth of the memory, and a second has no use for the third
    createHistogram({ lowest: 1, highest: MAX_RECORDED_MICROSECONDS, figures: 2 }),
  ),
  windowSeconds: new Int32Array(new SharedArrayBuffer(WINDOWS * 4)).fill(-1),
});

/** Writes latencies into the window of the second in which they were seen. */
export class WindowWriter {
  constructor(private readonly recordings: Recordings<RecordableHistogram>) {}

  /** `sinceStartMs`: milliseconds since the run's start. */
  record(sinceStartMs: number, microseconds: number): void {
    const { windows, windowSeconds } = this.recordings;
    const second = Math.floor(sinceStartMs / 1000);
    const place = second % WINDOWS;
    const window = windows[place];
    if (!window) return;
    if (windowSeconds[place] !== second) {
      window.reset();
      windowSeconds[place] = second;
    }
    window.record(microseconds);
  }
}

/** The latencies that all workers saw in one second, while it is among the last ones. */
export function windowOf(all: readonly Recordings<RecordableHistogram>[], second: number): RecordableHistogram {
  const place = second % WINDOWS;
  const written = all.filter(({ windowSeconds }) => windowSeconds[place] === second);
  return mergeHistograms(written.flatMap(({ windows }) => windows[place] ?? []));
}
