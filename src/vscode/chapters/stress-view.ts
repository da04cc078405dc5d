import { ERROR_LABELS } from '../../core/stress/error-labels';
import { costFigure } from '../../core/stress-report/cost-figure';
import type { ErrorClass, RunResult, RunSnapshot } from '../../core/stress/contract';
import type { PercentilesView, StressView } from '../../protocol/chapter-view';

/** A running stress run as the view draws it. `history`: calls a second so far. */
export function liveStressView(name: string, calls: number, snapshot: RunSnapshot, history: number[]): StressView {
  return {
    ...figures(snapshot),
    name,
    calls,
    status: 'running',
    callsPerSecond: snapshot.callsPerSecond,
    history,
  };
}

/** A finished stress run as the view draws it. */
export function finishedStressView(result: RunResult, history: number[]): StressView {
  return {
    ...figures(result),
    name: result.plan.name,
    calls: result.plan.calls,
    status: result.status,
    callsPerSecond: result.throughput,
    history,
    money: {
      conserved: result.moneyConserved,
      before: result.before.sumOfBalances,
      after: result.after.sumOfBalances,
    },
    ...(result.failure !== undefined && { failure: result.failure }),
    cost: costFigure(result),
  };
}

function figures(snapshot: RunSnapshot) {
  return {
    succeeded: snapshot.succeeded,
    failed: snapshot.failed,
    inFlight: snapshot.inFlight,
    elapsedMs: snapshot.elapsedMs,
    retries: snapshot.retries,
    maxRetries: snapshot.maxRetries,
    callsWithRetries: snapshot.callsWithRetries,
    latency: percentiles(snapshot),
    errors: Object.entries(snapshot.errors)
      .filter((entry): entry is [ErrorClass, number] => (entry[1] ?? 0) > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([errorClass, count]) => ({ class: errorClass, label: ERROR_LABELS[errorClass] ?? errorClass, count })),
  };
}

function percentiles({ latency }: RunSnapshot): PercentilesView {
  const { min, mean, p50, p90, p95, p99, p999, max } = latency;
  return { min, mean, p50, p90, p95, p99, p999, max };
}
