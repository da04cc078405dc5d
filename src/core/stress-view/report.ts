import type { CloudWatchView, RunReport, SeriesColumns } from '../../protocol/stress-view';
import type { RunResult } from '../stress/contract';
import { moneyDrift, type BankAudit } from '../bank/invariants';
import { finishedFigures, moneyVerdict } from './figures';
import { noPoints } from './live-series';
import { count, grouped } from '../../base/number-text';
import { planFacts } from './plan-facts';
import { runVerdict, type RunRecord } from './run-record';

/** Fewer points than this make no line; the finer samples are drawn instead. */
const FEW_POINTS = 12;

/** A record as the report panel shows it, with what is known of it from CloudWatch. */
export function reportOf(record: RunRecord, cloudWatch?: CloudWatchView): RunReport {
  const { id, result, startedAt, targetName } = record;
  const { before, after } = result;
  return {
    id,
    name: result.plan.name,
    startedAt,
    targetName,
    status: result.status,
    ...(result.failure !== undefined && { failure: result.failure }),
    verdict: runVerdict(result),
    figures: finishedFigures(result),
    series: seriesOf(result, record.samples),
    distribution: result.distribution?.latency ?? [],
    handlerDistribution: result.distribution?.handlerLatency ?? [],
    plan: planFacts(result.plan, targetLine(record)),
    money: [
      ['Accounts', `${counted(before, count(before.accounts))} → ${counted(after, count(after.accounts))}`],
      ['Sum of balances before', counted(before, grouped(before.sumOfBalances))],
      ['Sum of balances after', counted(after, grouped(after.sumOfBalances))],
      ['Balances below zero', counted(after, count(after.negativeBalances))],
      ['Verdict', moneyVerdict(result).text],
    ],
    ...(cloudWatch && { cloudWatch }),
  };
}

/** A bank without accounts is one that could not be counted. */
const counted = ({ accounts }: BankAudit, text: string): string => (accounts === 0 ? 'not counted' : text);

/** The engine's seconds for long runs, the samples for short ones. */
function seriesOf(result: RunResult, samples: SeriesColumns): SeriesColumns {
  const { series = [] } = result;
  if (series.length < FEW_POINTS && samples.atMs.length > series.length) return samples;
  const columns = noPoints();
  const balances = [...(result.balanceSamples ?? [])];
  let previous = (result.plan.warmupSeconds ?? 0) * 1_000;
  for (const point of series) {
    // neighbouring seconds of long runs are merged: counts become rates again
    const spanSeconds = Math.max(0.001, (point.atMs - previous) / 1_000);
    previous = point.atMs;
    columns.atMs.push(point.atMs);
    columns.succeeded.push(point.succeeded / spanSeconds);
    columns.failed.push(point.failed / spanSeconds);
    columns.conflicts.push(point.conflicts / spanSeconds);
    columns.retries.push(point.retries / spanSeconds);
    columns.inFlight.push(point.inFlight);
    columns.target.push(point.targetPerSecond ?? null);
    columns.p50.push(point.p50 || null);
    columns.p90.push(point.p90 || null);
    columns.p99.push(point.p99 || null);
    let drift: number | null = null;
    for (let next = balances[0]; next && next.atMs <= point.atMs; next = balances[0]) {
      drift = Number(moneyDrift(result.before, next.audit));
      balances.shift();
    }
    columns.drift.push(drift);
  }
  return columns;
}

/** The target by the name its user knows, and where in AWS it is. */
function targetLine({ targetName, result: { target } }: RunRecord): string {
  return target?.kind === 'aws' ? `${targetName}, ${target.region}, ${target.endpoint}` : targetName;
}
