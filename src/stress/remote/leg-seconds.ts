import type { RecordableHistogram } from 'node:perf_hooks';
import type { SeriesPoint } from '../../core/stress/contract';
import { summarize } from '../../core/stress/latency';
import { SeriesRecorder } from '../../core/stress/series';
import { latencyHistogram } from '../histogram';
import type { SecondsPorts } from '../seconds';
import { addCounts, histogramCounts, type HistogramCounts } from './histogram-counts';

const COUNTED = ['succeeded', 'failed', 'conflicts', 'retries', 'dropped', 'inFlight'] as const;

/** One second of a leg, as it travels. */
export type LegSecond = Pick<SeriesPoint, (typeof COUNTED)[number]> & {
  /** Its end, milliseconds from the leg's start. */
  atMs: number;
  latency: HistogramCounts;
};

/** A second of a leg with the latencies that were seen in it. */
export function legSecond(point: SeriesPoint, latency: RecordableHistogram): LegSecond {
  const { atMs, succeeded, failed, conflicts, retries, dropped, inFlight } = point;
  return { atMs, succeeded, failed, conflicts, retries, dropped, inFlight, latency: histogramCounts(latency) };
}

/** The seconds of all legs of a generator, by the second of the run in which they passed. */
export class LegSeconds {
  private readonly bySecond = new Map<number, LegSecond[]>();
  /** Up to when the generator has told what it did, milliseconds from the run's start; all of it: Infinity. */
  toldToMs = 0;

  /** `first`: the first second of the run that has calls which count. */
  constructor(private readonly first = 0) {}

  /**
   * Takes the seconds of a leg that began `beganMs` after the run, without those of its warm-up. The seconds of a leg are not those of the
   * run: each counts for the one that holds its middle, but none for the warm-up.
   */
  add(seconds: readonly LegSecond[], beganMs: number): void {
    // whole seconds of the leg's clock, but for the last one: so the first of them tells where it began
    let from = Math.max(0, Math.ceil((seconds[0]?.atMs ?? 0) / 1000) - 1) * 1000;
    for (const second of seconds) {
      const middle = beganMs + (from + second.atMs) / 2;
      const at = Math.max(this.first, Math.floor(middle / 1000));
      const known = this.bySecond.get(at);
      if (known) known.push(second);
      else this.bySecond.set(at, [second]);
      from = second.atMs;
    }
    this.toldToMs = Math.max(this.toldToMs, beganMs + from);
  }

  /** The run second by second, all generators together, from the end of the warm-up to `endMs`. */
  static points(
    all: readonly LegSeconds[],
    run: { warmupSeconds: number; endMs: number; targetOver?: SecondsPorts['targetOver'] },
  ): SeriesPoint[] {
    const series = new SeriesRecorder();
    const last = Math.max(-1, ...all.flatMap(({ bySecond }) => [...bySecond.keys()]));
    for (let at = Math.floor(run.warmupSeconds); at <= last; at++) {
      const atMs = at === last ? Math.max(at * 1000 + 1, Math.min(run.endMs, (at + 1) * 1000)) : (at + 1) * 1000;
      series.push(LegSeconds.point(all, at, atMs, run.targetOver));
    }
    return series.all();
  }

  /** The second that begins `at` seconds after the run, all generators together, with the moment at which it ends. */
  static point(
    all: readonly LegSeconds[],
    at: number,
    atMs: number,
    targetOver?: SecondsPorts['targetOver'],
  ): SeriesPoint {
    const parts = all.flatMap(({ bySecond }) => bySecond.get(at) ?? []);
    const sum = Object.fromEntries(
      COUNTED.map(name => [name, parts.reduce((total, part) => total + part[name], 0)]),
    ) as Pick<SeriesPoint, (typeof COUNTED)[number]>;
    const histogram = latencyHistogram();
    for (const { latency } of parts) addCounts(histogram, latency);
    const { p50, p90, p95, p99, max } = summarize(histogram);
    const target = targetOver ? { targetPerSecond: targetOver(at * 1000, atMs) } : {};
    return { atMs, ...sum, ...target, p50, p90, p95, p99, max };
  }
}
