import type { RecordableHistogram } from 'node:perf_hooks';
import type { SeriesPoint } from '../core/stress/contract';
import type { CounterValues } from '../core/stress/counters';
import { summarize } from '../core/stress/latency';
import { SeriesRecorder } from '../core/stress/series';
import type { Recordings } from '../protocol/stress';
import { countsAfter, WINDOW_COUNTS, windowOf } from './recordings';

/** A worker that is busy gets this long to write what it saw in a second. */
const LAG_MS = 50;

/** What a point is made from. */
export interface SecondsPorts {
  counters(): CounterValues;
  recordings(): readonly Recordings<RecordableHistogram>[];
  /** Open loop: the rate asked for between two moments, on average. */
  targetOver?(fromMs: number, toMs: number): number;
  /** Told of each second with the latencies seen in it, which are good until it returns. */
  onSecond?(point: SeriesPoint, latency: RecordableHistogram): void;
}

/** A rest shorter than this is no second of its own: a rate over some milliseconds says nothing. */
const SHORTEST_MS = 100;

/**
 * Makes the points of a run's series as its seconds pass. A point has what its second's window counted, however late it is looked at; what
 * is in no window (looked at too late, or written late) counts for the second that is looked at next, or the last one: no call is lost.
 */
export class Seconds {
  private readonly series = new SeriesRecorder();
  /** Seconds that have been closed. */
  private closed: number;
  private readonly told = { succeeded: 0, failed: 0, conflicts: 0, retries: 0, dropped: 0 };
  /** The last whole second; at the end with what came after it. */
  last?: SeriesPoint;

  constructor(
    private readonly ports: SecondsPorts,
    /** Whole seconds of warm-up; they have no points. */
    warmupSeconds: number,
  ) {
    this.closed = Math.floor(warmupSeconds);
  }

  /** Closes the seconds that are over. */
  tick(elapsedMs: number): void {
    while (elapsedMs >= (this.closed + 1) * 1000 + LAG_MS) this.series.push(this.close((this.closed + 1) * 1000));
  }

  /** Closes all, also the second that has only begun. */
  end(elapsedMs: number): void {
    while (elapsedMs >= (this.closed + 2) * 1000) this.series.push(this.close((this.closed + 1) * 1000));
    const restMs = elapsedMs - (this.closed + 1) * 1000;
    if (restMs >= 0) this.series.push(this.close((this.closed + 1) * 1000, restMs < 1));
    const begunMs = elapsedMs - this.closed * 1000;
    if (begunMs < 1) return;
    const rest = this.close(elapsedMs, true);
    if (begunMs < SHORTEST_MS && this.series.length > 0) this.series.extend(rest);
    else this.series.push(rest);
    this.last = this.series.last;
  }

  /** The points so far. */
  points(): SeriesPoint[] {
    return this.series.all();
  }

  /** @param over the run is: whatever is in no point yet counts for this one. */
  private close(atMs: number, over = false): SeriesPoint {
    const values = this.ports.counters();
    const { latency, counts, whole } = windowOf(this.ports.recordings(), this.closed);
    const later = over ? undefined : countsAfter(this.ports.recordings(), this.closed);
    for (const name of WINDOW_COUNTS) {
      if (over || !whole) counts[name] = Math.max(counts[name], values[name] - this.told[name] - (later?.[name] ?? 0));
      this.told[name] += counts[name];
    }
    const { p50, p90, p95, p99, max } = summarize(latency);
    const point: SeriesPoint = {
      atMs,
      ...counts,
      inFlight: inFlightOf(values),
      ...(this.ports.targetOver ? { targetPerSecond: this.ports.targetOver(this.closed * 1000, atMs) } : {}),
      ...{ p50, p90, p95, p99, max },
    };
    this.closed++;
    this.last = point;
    this.ports.onSecond?.(point, latency);
    return point;
  }
}

/** Calls under way, those of the warm-up too. */
export function inFlightOf({ started, succeeded, failed, warmup }: CounterValues): number {
  return started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
}
