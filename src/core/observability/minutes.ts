/** CloudWatch's minutes beside a run's own time. */
import type { RunPlan, RunResult, RunSnapshot, SeriesPoint } from '../stress/contract';
import { MINUTE_MS, type MetricSubject, type RunMetricId, type RunMetrics } from '../stress/run-metrics';

/** A run as CloudWatch is held against it: over, or as far as it is. */
export interface ObservedRun {
  plan: RunPlan;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  /** Absent while it goes on. */
  endedAtMs?: number;
  series: readonly SeriesPoint[];
  totals: RunSnapshot;
}

/** One minute of CloudWatch that the run touches. */
export interface RunMinute {
  /** Its start, milliseconds since the epoch. */
  atMs: number;
  /** The part of it in which the run went on, milliseconds from the run's start. */
  fromMs: number;
  toMs: number;
  own: OwnCounts;
}

/** What the run itself counted in a minute, warm-up left out. */
export interface OwnCounts {
  succeeded: number;
  failed: number;
  conflicts: number;
  retries: number;
}

/** A finished run. Undefined for one of an earlier release that does not tell when it began. */
export function observedRun(result: RunResult): ObservedRun | undefined {
  const startedAtMs = Date.parse(result.startedAt ?? '');
  if (Number.isNaN(startedAtMs)) return undefined;
  const { plan, series = [], elapsedMs } = result;
  return { plan, startedAtMs, endedAtMs: startedAtMs + elapsedMs, series, totals: result };
}

/** The function that a run calls. */
export const functionOf = ({ workload }: RunPlan): string | undefined =>
  workload.type === 'lambda-transfer' ? workload.functionName : undefined;

/** Whose metrics a finished run on AWS asks for; undefined for one that was made elsewhere, or does not say where. */
export function subjectOf({ target, plan }: RunResult): MetricSubject | undefined {
  if (target?.kind !== 'aws') return undefined;
  const functionName = functionOf(plan);
  const cluster = target.endpoint.split('.')[0] ?? '';
  return { region: target.region, cluster, ...(functionName !== undefined && { functionName }) };
}

/** The whole minutes that a run touches, until its end or until now. */
export function rangeOf({ startedAtMs, endedAtMs }: ObservedRun, nowMs: number): { fromMs: number; toMs: number } {
  const end = Math.max(startedAtMs + 1, endedAtMs ?? nowMs);
  return { fromMs: floorMinute(startedAtMs), toMs: floorMinute(end - 1) + MINUTE_MS };
}

const floorMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/** The minutes of a run with what it counted in each; a point that spans two minutes is shared between them by its time. */
export function minutesOf(run: ObservedRun, nowMs: number): RunMinute[] {
  const { fromMs, toMs } = rangeOf(run, nowMs);
  const { startedAtMs, endedAtMs = nowMs, plan } = run;
  const minutes: RunMinute[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS)
    minutes.push({
      atMs,
      fromMs: Math.max(0, atMs - startedAtMs),
      toMs: Math.min(atMs + MINUTE_MS, endedAtMs) - startedAtMs,
      own: { succeeded: 0, failed: 0, conflicts: 0, retries: 0 },
    });
  let before = (plan.warmupSeconds ?? 0) * 1_000;
  for (const point of run.series) {
    const from = Math.min(before, point.atMs - 1);
    before = point.atMs;
    const first = Math.floor((startedAtMs + from - fromMs) / MINUTE_MS);
    const last = Math.floor((startedAtMs + point.atMs - 1 - fromMs) / MINUTE_MS);
    for (let at = Math.max(0, first); at <= Math.min(last, minutes.length - 1); at++) {
      const minute = minutes[at];
      if (!minute) continue;
      const [start, end] = [minute.atMs - startedAtMs, minute.atMs + MINUTE_MS - startedAtMs];
      const part = (Math.min(point.atMs, end) - Math.max(from, start)) / (point.atMs - from);
      for (const name of ['succeeded', 'failed', 'conflicts', 'retries'] as const)
        minute.own[name] += part * point[name];
    }
  }
  return minutes;
}

/** The value of a metric in a minute. */
export const valueAt = (metrics: RunMetrics, id: RunMetricId, atMs: number): number | undefined =>
  metrics.points[id]?.find(point => point.atMs === atMs)?.value;

/** A minute is known when the metrics that every transaction and every call leave behind have a point for it. */
export const isKnown = (metrics: RunMetrics, atMs: number): boolean =>
  valueAt(metrics, 'totalTransactions', atMs) !== undefined &&
  (metrics.functionName === undefined || valueAt(metrics, 'invocations', atMs) !== undefined);

/** How much of a run CloudWatch knows. */
export interface Coverage {
  minutes: RunMinute[];
  known: RunMinute[];
  /** Minutes in which the run ended calls and of which CloudWatch tells nothing yet. */
  missing: RunMinute[];
  /** The run is over and nothing is missing. */
  complete: boolean;
}

/** Holds the run's minutes against what CloudWatch has told so far, as of `nowMs`. */
export function coverageOf(run: ObservedRun, metrics: RunMetrics, nowMs: number): Coverage {
  const minutes = minutesOf(run, nowMs);
  const known = minutes.filter(({ atMs }) => isKnown(metrics, atMs));
  const worked = ({ own }: RunMinute): boolean => own.succeeded + own.failed > 0.5;
  // a run without a series, or of warm-up alone, is known when anything is
  const needed = minutes.some(worked) ? minutes.filter(worked) : minutes;
  const missing = needed.filter(minute => !known.includes(minute));
  return { minutes, known, missing, complete: run.endedAtMs !== undefined && missing.length === 0 };
}
