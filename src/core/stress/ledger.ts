import type { Ledger, RunPlan } from './contract';
import type { CounterValues } from './counters';

/**
 * Acknowledged transfers against the rows that a run added to `transactions`. Nothing where the workload keeps no history: a function that
 * added no row is taken for one that keeps none, unless a threshold says that it must.
 */
export function ledgerOf(
  { workload, thresholds = [] }: Pick<RunPlan, 'workload' | 'thresholds'>,
  counters: Pick<CounterValues, 'started' | 'succeeded' | 'failed' | 'warmup' | 'acknowledged' | 'unknown'>,
  rowsBefore: number | undefined,
  rowsAfter: number | undefined,
): Ledger | undefined {
  if (rowsBefore === undefined || rowsAfter === undefined) return undefined;
  const recorded = rowsAfter - rowsBefore;
  const asked = thresholds.some(threshold => /^\s*ledger\b/i.test(threshold));
  const keeps =
    workload.type === 'sql-transfer' || workload.type === 'sql-mix' ? workload.recordHistory === true : recorded > 0;
  if (!keeps && !asked) return undefined;
  const { acknowledged, started, succeeded, failed, warmup } = counters;
  const abandoned = started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
  const unknown = counters.unknown + abandoned;
  return {
    acknowledged,
    unknown,
    recorded,
    exact: acknowledged <= recorded && recorded <= acknowledged + unknown,
  };
}
