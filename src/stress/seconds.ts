import type { RecordableHistogram } from 'node:perf_hooks';
import type { SeriesPoint } from '../core/stress/contract';
import type { CounterValues } from '../core/stress/counters';
import { summarize } from '../core/stress/latency';
import { SeriesRecorder } from '../core/stress/series';
import type { Recordings } from '../protocol/stress';
import { windowOf } from './recordings';

/** A worker that is busy gets this long to write what it saw in a second. */
const LAG_MS = 50;

/** What a point is made from. */
export interface SecondsPorts {
  counters(): CounterValues;
  recordings(): readonly Recordings<RecordableHistogram>[];
  /** Open loop: the rate asked for at a moment. */
  targetAt?(ms: number): number;
  /** Told of each second with the latencies seen in it, which are good until it returns. */
  onSecond?(point: SeriesPoint, latency: RecordableHistogram): void;
}

/** Makes the points of a run's series as its seconds pass. */
export class Seconds {
  private readonly series = new SeriesRecorder();
  /** Seconds that have been closed. */
  private closed: number;
  private before?: CounterValues;
  /** The last whole second. */
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
    while (elapsedMs >= (this.closed + 1) * 1000 + LAG_MS) this.close((this.closed + 1) * 1000);
  }

  /** Closes all, also the second that has only begun. */
  end(elapsedMs: number): void {
    while (elapsedMs >= (this.closed + 1) * 1000) this.close((this.closed + 1) * 1000);
    if (elapsedMs - this.closed * 1000 >= 1) this.close(elapsedMs);
  }

  /** The points so far. */
  points(): SeriesPoint[] {
    return this.series.all();
  }

  private close(atMs: number): void {
    const values = this.ports.counters();
    const { before } = this;
    const latency = windowOf(this.ports.recordings(), this.closed);
    const { p50, p90, p95, p99, max } = summarize(latency);
    const point: SeriesPoint = {
      atMs,
      succeeded: values.succeeded - (before?.succeeded ?? 0),
      failed: values.failed - (before?.failed ?? 0),
      conflicts: values.conflicts - (before?.conflicts ?? 0),
      retries: values.retries - (before?.retries ?? 0),
      dropped: values.dropped - (before?.dropped ?? 0),
      inFlight: inFlightOf(values),
      ...(this.ports.targetAt ? { targetPerSecond: this.ports.targetAt(Math.max(0, atMs - 1)) } : {}),
      ...{ p50, p90, p95, p99, max },
    };
    this.before = values;
    this.closed++;
    this.series.push(point);
    this.last = point;
    this.ports.onSecond?.(point, latency);
  }
}

/** Calls under way, those of the warm-up too. */
export function inFlightOf({ started, succeeded, failed, warmup }: CounterValues): number {
  return started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
}
