import type { SeriesPoint } from './contract';

/** Points that a result keeps at most. */
const MAX_POINTS = 3_600;

/**
 * A run second by second, in bounded memory: when `maxPoints` are reached neighbours are merged, two by two, and from then on a point
 * stands for twice the time. Counts stay exact. A merged point's percentiles are the higher ones of the two: never better than the truth.
 */
export class SeriesRecorder {
  private points: SeriesPoint[] = [];
  /** Seconds that the last point holds, and that a full one holds. */
  private held = 0;
  private span = 1;

  constructor(private readonly maxPoints = MAX_POINTS) {}

  /** Adds the next second. */
  push(point: SeriesPoint): void {
    const last = this.points.at(-1);
    if (last && this.held < this.span) {
      this.points[this.points.length - 1] = merged(last, point, this.held);
      this.held++;
      return;
    }
    if (this.points.length === this.maxPoints) {
      const halved: SeriesPoint[] = [];
      for (let i = 0; i < this.points.length; i += 2) {
        const [a, b] = [this.points[i] as SeriesPoint, this.points[i + 1]];
        halved.push(b ? merged(a, b, 1) : a);
      }
      this.points = halved;
      this.span *= 2;
    }
    this.points.push({ ...point });
    this.held = 1;
  }

  /** Adds what belongs to the last point's time, and ends it later; the rate asked for stays that of its own time. */
  extend(point: SeriesPoint): void {
    const last = this.points.pop();
    this.points.push(last ? merged(last, point, Infinity) : { ...point });
  }

  get length(): number {
    return this.points.length;
  }

  /** The point that was added last. */
  get last(): SeriesPoint | undefined {
    return this.points.at(-1);
  }

  /** The points so far, oldest first. */
  all(): SeriesPoint[] {
    return this.points.map(point => ({ ...point }));
  }
}

/** Two neighbours as one; `a` has gone on for so many times as long as `b`. */
function merged(a: SeriesPoint, b: SeriesPoint, times: number): SeriesPoint {
  const [of, and] = [a.targetPerSecond, b.targetPerSecond];
  const target = of === undefined || and === undefined ? {} : { targetPerSecond: of + (and - of) / (times + 1) };
  return {
    ...b,
    ...target,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    conflicts: a.conflicts + b.conflicts,
    retries: a.retries + b.retries,
    dropped: a.dropped + b.dropped,
    p50: Math.max(a.p50, b.p50),
    p90: Math.max(a.p90, b.p90),
    p95: Math.max(a.p95, b.p95),
    p99: Math.max(a.p99, b.p99),
    max: Math.max(a.max, b.max),
  };
}
