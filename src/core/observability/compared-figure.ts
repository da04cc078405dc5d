/** What every figure of a comparison is made of: a run's own counts and CloudWatch's, over the same minutes. */
import { count } from '../../base/number-text';
import type { RunMetricId, RunMetrics } from '../stress/run-metrics';
import { coverageOf, valueAt, type Coverage, type ObservedRun, type OwnCounts } from './minutes';

/** One line of the comparison; figures are texts with their units. */
export interface ComparedFigure {
  name: string;
  /** Ours; absent where only CloudWatch can know. */
  own?: string;
  /** CloudWatch's; absent where it has nothing yet. */
  cloudWatch?: string;
  /** Theirs less ours, or ours less theirs for latency: named in `meaning`. */
  difference?: string;
  /** What the difference is, or what the figure says. One sentence, maybe empty. */
  meaning: string;
  tone: 'good' | 'warn' | 'neutral';
}

/** Counts differ by so little for reasons that are nobody's concern: audits, samples, the edges of minutes. */
const SLACK_SHARE = 0.02;
const SLACK_COUNT = 5;

/** What a comparison is made of: everything over the same minutes. */
export interface Ground {
  run: ObservedRun;
  metrics: RunMetrics;
  coverage: Coverage;
  own: OwnCounts;
  /** All minutes are there: the run's own totals hold, not only the sums of its seconds. */
  whole: boolean;
}

/** Own figures and CloudWatch's over the minutes that CloudWatch knows. */
export function groundOf(run: ObservedRun, metrics: RunMetrics, nowMs: number): Ground {
  const coverage = coverageOf(run, metrics, nowMs);
  return { run, metrics, coverage, ...ownOf(run, coverage) };
}

function ownOf(run: ObservedRun, { known, complete }: Coverage): Pick<Ground, 'own' | 'whole'> {
  const { succeeded, failed, retries, conflicts: met } = run.totals;
  const sum = (name: keyof OwnCounts): number => known.reduce((all, { own }) => all + own[name], 0);
  if (complete) return { own: { succeeded, failed, retries, conflicts: met ?? sum('conflicts') }, whole: true };
  const own = {
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    conflicts: sum('conflicts'),
    retries: sum('retries'),
  };
  return { own, whole: false };
}

/** Undefined when no known minute has a point; metrics of which nothing happened have none. */
export function values({ metrics, coverage }: Ground, id: RunMetricId): number[] {
  return coverage.known.flatMap(({ atMs }) => valueAt(metrics, id, atMs) ?? []);
}

/** Sum over the known minutes: 0 for what CloudWatch publishes only when it happens. */
export const sumOf = (ground: Ground, id: RunMetricId): number =>
  values(ground, id).reduce((sum, value) => sum + value, 0);
/** The highest of the minutes' values. */
export const maxOf = (ground: Ground, id: RunMetricId): number | undefined => {
  const all = values(ground, id);
  return all.length > 0 ? Math.max(...all) : undefined;
};

/** Mean of the minutes' figures, each weighted by what happened in it; percentiles of minutes cannot be merged exactly. */
export function weightedMean({ metrics, coverage }: Ground, id: RunMetricId, by: RunMetricId): number | undefined {
  let [sum, weights] = [0, 0];
  for (const { atMs } of coverage.known) {
    const value = valueAt(metrics, id, atMs);
    const weight = valueAt(metrics, by, atMs) ?? 0;
    if (value === undefined) continue;
    sum += value * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : undefined;
}

/** With its sign; a true minus. */
export const signed = (value: number): string =>
  Math.round(value) === 0 ? '0' : `${value > 0 ? '+' : '−'}${count(Math.abs(value))}`;
/** Differ by no more than counts do for reasons that are nobody's concern. */
export const agree = (own: number, theirs: number): boolean =>
  Math.abs(theirs - own) <= Math.max(SLACK_COUNT, SLACK_SHARE * Math.max(own, theirs));
