import { count } from '../../base/number-text';
import type { LatencySummary, RunResult, RunTarget } from '../stress/contract';
import { rateText } from '../stress/notation';
import { giveUpAfterMs } from '../stress/outage';
import { namedPolicyOf } from '../stress/retry-policies';

/** A figure of a run with its name. */
export type Figure = [name: string, value: string];

const share = (part: number, of: number): string => (of === 0 ? '–' : `${((100 * part) / of).toFixed(2)} %`);

/** `0.42 ms`, `12.3 ms`, `1.25 s`. */
function millisecondsText(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(1)} ms`;
}

/** Where a run was made, in one line: `AWS, us-east-2, abc.dsql.us-east-2.on.aws (orders)`. */
export function targetText({ name, kind, region, endpoint }: RunTarget): string {
  return kind === 'local' ? `local cluster, ${endpoint}` : `AWS, ${region}, ${endpoint} (${name})`;
}

/** What was run, as text. */
export function planFigures({ plan, target, startedAt }: RunResult): Figure[] {
  const { workload, stages, distribution } = plan;
  const pace = stages
    ? stages
        .map(
          ({ ratePerSecond, durationSeconds, approach }) =>
            `${approach === 'ramp' ? 'up or down to ' : ''}${rateText(ratePerSecond)}/s for ${durationSeconds} s`,
        )
        .join(', ') + `, at most ${count(plan.inFlight)} in flight`
    : `closed loop, ${count(plan.inFlight)} in flight${plan.batches ? ', in batches' : ''}`;
  const retry =
    'retry' in workload ? (namedPolicyOf(workload.retry)?.name ?? `${workload.retry.maxAttempts} tries`) : undefined;
  return [
    ...(target ? [['target', targetText(target)] as Figure] : []),
    ['workload', workload.type],
    ...(workload.type === 'lambda-transfer' ? [['function', workload.functionName] as Figure] : []),
    ...(workload.type === 'lambda-transfer'
      ? [['transport', plan.transport === 'sdk' ? 'AWS SDK, its retries off' : 'lean, no call is repeated'] as Figure]
      : []),
    ...(workload.type === 'custom' ? [['module', workload.module] as Figure] : []),
    ...(retry === undefined ? [] : [['retries', retry] as Figure]),
    ['pace', pace],
    ['calls at most', count(plan.calls)],
    ['workers', count(plan.workers)],
    ['accounts', `${count(plan.accounts)}, ${distributionText(distribution)}`],
    ...(plan.thresholds?.length ? [['thresholds', plan.thresholds.join(', ')] as Figure] : []),
    ...(plan.warmupSeconds ? [['warm-up', `${plan.warmupSeconds} s`] as Figure] : []),
    ['gives up', giveUpText(plan)],
    ['seed', String(plan.seed)],
    ...(startedAt === undefined ? [] : [['started', startedAt] as Figure]),
  ];
}

const giveUpText = (plan: RunResult['plan']): string =>
  giveUpAfterMs(plan) === 0 ? 'never' : `after ${giveUpAfterMs(plan) / 1000} s in which no call gets through`;

/** The figures of a run as a table has them. */
export function runFigures(run: RunResult): Figure[] {
  const ended = run.succeeded + run.failed;
  return [
    ['calls', count(run.started)],
    ['succeeded', `${count(run.succeeded)} (${share(run.succeeded, ended)})`],
    ['failed', count(run.failed)],
    ...errorFigures(run),
    ...(run.inFlight > 0 ? [['outcome unknown', count(run.inFlight)] as Figure] : []),
    ...(run.dropped === undefined ? [] : [['dropped', count(run.dropped)] as Figure]),
    ['time', `${(run.elapsedMs / 1000).toFixed(1)} s`],
    ['succeeded a second', count(run.throughput)],
    ['conflicts', count(run.conflicts ?? 0)],
    ['retries', `${count(run.retries)}, at most ${count(run.maxRetries)} a call`],
    ['calls with retries', `${count(run.callsWithRetries)} (${share(run.callsWithRetries, ended)})`],
    ['retries exhausted', count(run.exhausted ?? 0)],
  ];
}

/** Errors by class, most first. */
function errorFigures({ errors }: Pick<RunResult, 'errors'>): Figure[] {
  return Object.entries(errors)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, calls]) => [name, count(calls)]);
}

/** Names of the columns of `latencyRow`. */
export const LATENCY_COLUMNS = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;

/** One latency distribution as a row; nothing when nothing was measured. */
export function latencyRow(summary: LatencySummary | undefined): string[] | undefined {
  if (!summary?.count) return undefined;
  const { min, mean, p50, p90, p95, p99, p999, max } = summary;
  return [min, mean, p50, p90, p95, p99, p999, max].map(millisecondsText);
}

function distributionText(distribution: RunResult['plan']['distribution']): string {
  switch (distribution?.type) {
    case 'zipf':
      return `Zipf with exponent ${distribution.exponent}`;
    case 'hot-set':
      return `${(distribution.share * 100).toFixed(0)} % of the picks on ${count(distribution.accounts)}`;
    default:
      return 'uniform';
  }
}
