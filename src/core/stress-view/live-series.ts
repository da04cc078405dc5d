import type { SeriesColumns, SeriesName, SeriesUpdate } from '../../protocol/stress-view';
import { moneyDrift, type BankAudit } from '../bank/invariants';
import type { RunSnapshot } from '../stress/contract';

const NAMES: readonly SeriesName[] = [
  'atMs',
  'succeeded',
  'failed',
  'conflicts',
  'retries',
  'inFlight',
  'target',
  'p50',
  'p90',
  'p99',
  'drift',
];

/** Points above which neighbours are merged. */
const MAX_POINTS = 600;
/** Rates are those of about the last second: one snapshot alone jumps. */
const RATE_SPAN_MS = 1_000;
/** Snapshots closer together than this make no point of their own. */
const MIN_STEP_MS = 50;

/** Columns without a point. */
export const noPoints = (): SeriesColumns => ({
  atMs: [],
  succeeded: [],
  failed: [],
  conflicts: [],
  retries: [],
  inFlight: [],
  target: [],
  p50: [],
  p90: [],
  p99: [],
  drift: [],
});

interface Totals {
  atMs: number;
  succeeded: number;
  failed: number;
  conflicts: number;
  retries: number;
}

/**
 * A run over time, made of its snapshots: rates a second of about the last second, in flight, latency of the last second, and what the sum of
 * balances lost or gained. At most 600 points: when they are full, every two neighbours become one and `epoch` grows.
 */
export class LiveSeries {
  private columns = noPoints();
  private history: Totals[] = [{ atMs: 0, succeeded: 0, failed: 0, conflicts: 0, retries: 0 }];
  private stepMs = MIN_STEP_MS;
  /** The first sum that was sampled: the balance line begins there. */
  private before: BankAudit | undefined;
  epoch = 0;

  get length(): number {
    return this.columns.atMs.length;
  }

  /** Everything so far. */
  get all(): SeriesColumns {
    return this.columns;
  }

  /** Points from an index on, to be sent. */
  since(from: number): SeriesUpdate {
    const columns = noPoints();
    for (const name of NAMES) (columns[name] as (number | null)[]).push(...this.columns[name].slice(from));
    return { epoch: this.epoch, from, columns };
  }

  /** Takes a snapshot. @returns whether it made a point. */
  take(snapshot: RunSnapshot): boolean {
    const { columns } = this;
    const last = columns.atMs.at(-1) ?? 0;
    if (snapshot.elapsedMs <= 0 || snapshot.elapsedMs - last < this.stepMs) return false;
    const now = totalsOf(snapshot);
    const since = this.spanStart(now.atMs);
    const perSecond = (name: 'succeeded' | 'failed' | 'conflicts' | 'retries'): number =>
      Math.max(0, ((now[name] - since[name]) * 1_000) / (now.atMs - since.atMs));
    this.history.push(now);
    const { window, latency } = snapshot;
    const seen = window ? window.succeeded + window.failed > 0 : latency.count > 0;
    // a latency of 0 is none: calls ended, but nobody could look at that second in time
    const percentile = (name: 'p50' | 'p90' | 'p99'): number | null => (seen && (window ?? latency)[name]) || null;
    columns.atMs.push(now.atMs);
    columns.succeeded.push(perSecond('succeeded'));
    columns.failed.push(perSecond('failed'));
    columns.conflicts.push(perSecond('conflicts'));
    columns.retries.push(perSecond('retries'));
    columns.inFlight.push(snapshot.inFlight);
    columns.target.push(snapshot.targetPerSecond ?? null);
    columns.p50.push(percentile('p50'));
    columns.p90.push(percentile('p90'));
    columns.p99.push(percentile('p99'));
    columns.drift.push(this.drift(snapshot));
    if (this.length > MAX_POINTS) this.halve();
    return true;
  }

  private drift({ balance }: RunSnapshot): number | null {
    if (!balance) return null;
    this.before ??= balance.audit;
    return Number(moneyDrift(this.before, balance.audit));
  }

  private spanStart(atMs: number): Totals {
    const { history } = this;
    while (history.length > 1 && atMs - (history[1]?.atMs ?? atMs) >= RATE_SPAN_MS) history.shift();
    return history[0] as Totals;
  }

  private halve(): void {
    this.stepMs *= 2;
    this.epoch++;
    this.columns = merged(this.columns);
  }
}

/** Every two neighbours as one: the mean of rates, the largest of latencies and in flight, the later of moment and balance. */
function merged(columns: SeriesColumns): SeriesColumns {
  const result = noPoints();
  for (const name of NAMES) {
    const values: readonly (number | null)[] = columns[name];
    const into = result[name] as (number | null)[];
    for (let i = 0; i < values.length; i += 2) {
      const pair = values.slice(i, i + 2).filter(value => value !== null);
      if (pair.length === 0) into.push(null);
      else if (name === 'atMs' || name === 'drift') into.push(pair.at(-1) ?? null);
      else if (/^p\d|inFlight/.test(name)) into.push(Math.max(...pair));
      else into.push(pair.reduce((sum, value) => sum + value, 0) / pair.length);
    }
  }
  return result;
}

function totalsOf(snapshot: RunSnapshot): Totals {
  const { elapsedMs: atMs, succeeded, failed, retries, errors } = snapshot;
  // a retry follows a conflict; those that were not retried failed their call
  const conflicts = retries + (errors['occ-data'] ?? 0) + (errors['occ-schema'] ?? 0);
  return { atMs, succeeded, failed, retries, conflicts };
}
