import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { conflictsOf, type CallOutcome } from '../core/stress/outcome';
import type { Recordings } from '../protocol/stress';
import { latencyHistogram, MAX_RECORDED_MICROSECONDS, mergeHistograms } from './histogram';

/** Seconds that are kept: the one being written, and those that a controller which was held up has not read yet. */
const WINDOWS = 8;

/** What is counted by the second in which it happened; of calls, in which they ended. */
export const WINDOW_COUNTS = ['succeeded', 'failed', 'conflicts', 'retries', 'dropped'] as const;
type WindowCount = (typeof WINDOW_COUNTS)[number];
const SLOTS = WINDOW_COUNTS.length;

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
  windowCounts: new Float64Array(new SharedArrayBuffer(WINDOWS * SLOTS * 8)),
});

/** Writes into the window of the second in which something happened; `sinceStartMs`: milliseconds since the run's start. */
export class WindowWriter {
  constructor(private readonly recordings: Recordings<RecordableHistogram>) {}

  /** A call that ended. */
  ended(sinceStartMs: number, microseconds: number, outcome: CallOutcome): void {
    const place = this.place(sinceStartMs);
    this.recordings.windows[place]?.record(microseconds);
    this.add(place, outcome.errorClass === undefined ? 'succeeded' : 'failed', 1);
    if (outcome.retries > 0) this.add(place, 'retries', outcome.retries);
    const conflicts = conflictsOf(outcome);
    if (conflicts > 0) this.add(place, 'conflicts', conflicts);
  }

  /** A start that was due while too many calls were out. */
  dropped(sinceStartMs: number): void {
    this.add(this.place(sinceStartMs), 'dropped', 1);
  }

  private place(sinceStartMs: number): number {
    const { windows, windowSeconds, windowCounts } = this.recordings;
    const second = Math.floor(sinceStartMs / 1000);
    const place = second % WINDOWS;
    if (windowSeconds[place] !== second) {
      windows[place]?.reset();
      windowCounts.fill(0, place * SLOTS, (place + 1) * SLOTS);
      windowSeconds[place] = second;
    }
    return place;
  }

  private add(place: number, name: WindowCount, amount: number): void {
    const { windowCounts } = this.recordings;
    const slot = place * SLOTS + WINDOW_COUNTS.indexOf(name);
    windowCounts[slot] = (windowCounts[slot] ?? 0) + amount;
  }
}

/** What all workers saw in one second. */
export interface Window {
  latency: RecordableHistogram;
  counts: Record<WindowCount, number>;
  /** No worker has written over it since. */
  whole: boolean;
}

/** A second, while it is among the last ones. */
export function windowOf(all: readonly Recordings<RecordableHistogram>[], second: number): Window {
  const place = second % WINDOWS;
  const written = all.filter(({ windowSeconds }) => windowSeconds[place] === second);
  return {
    latency: mergeHistograms(written.flatMap(({ windows }) => windows[place] ?? [])),
    counts: countsOf(all, of => of === second),
    whole: all.every(({ windowSeconds }) => (windowSeconds[place] ?? -1) <= second),
  };
}

/** What was counted after a second, as far as it is kept. */
export const countsAfter = (all: readonly Recordings<RecordableHistogram>[], second: number): Window['counts'] =>
  countsOf(all, of => of > second);

function countsOf(
  all: readonly Recordings<RecordableHistogram>[],
  wanted: (second: number) => boolean,
): Window['counts'] {
  const counts = { succeeded: 0, failed: 0, conflicts: 0, retries: 0, dropped: 0 };
  for (const { windowSeconds, windowCounts } of all)
    windowSeconds.forEach((second, place) => {
      if (!wanted(second)) return;
      WINDOW_COUNTS.forEach((name, slot) => (counts[name] += windowCounts[place * SLOTS + slot] ?? 0));
    });
  return counts;
}
