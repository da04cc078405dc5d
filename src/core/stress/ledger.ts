import type { Ledger, RunPlan } from './contract';
import type { CounterValues } from './counters';

type LedgerCounters = Pick<CounterValues, 'started' | 'succeeded' | 'failed' | 'warmup' | 'acknowledged' | 'unknown'>;

/** Calls of which nobody knows whether they moved money: lost answers, and those that were given up. */
export function unknownCalls({ unknown, started, succeeded, failed, warmup }: LedgerCounters): number {
  return unknown + started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
}

/** A ledger, or why there can be none; neither where the run has nothing to record. */
export type LedgerFinding = { ledger?: Ledger; ledgerUnseen?: string };

/**
 * Acknowledged transfers against the rows that a run added to `transactions`. Says so where the workload keeps no history: a function that
 * added no row is taken for one that keeps none, unless a threshold says that it must.
 */
export function ledgerOf(
  { workload, thresholds = [] }: Pick<RunPlan, 'workload' | 'thresholds'>,
  counters: LedgerCounters,
  rowsBefore: number | undefined,
  rowsAfter: number | undefined,
): LedgerFinding {
  if (workload.type === 'order-service' || workload.type === 'custom') return {};
  const moved = counters.acknowledged > 0;
  const sql = workload.type !== 'lambda-transfer';
  if (sql && workload.recordHistory !== true) return moved ? unseen('the workload records no history') : {};
  if (rowsBefore === undefined || rowsAfter === undefined)
    return moved ? unseen('the table transactions could not be read') : {};
  const recorded = rowsAfter - rowsBefore;
  const asked = thresholds.some(threshold => /^\s*ledger\b/i.test(threshold));
  if (!sql && recorded === 0 && !asked) return moved ? unseen('the function added no row to transactions') : {};
  const { acknowledged } = counters;
  const unknown = unknownCalls(counters);
  const exact = acknowledged <= recorded && recorded <= acknowledged + unknown;
  return { ledger: { acknowledged, unknown, recorded, exact } };
}

/** More calls are of unknown outcome than were acknowledged, as where the legs of generators were given up: rows that fit prove little. */
export const leavesMuchOpen = ({ acknowledged, unknown }: Ledger): boolean => unknown > acknowledged;

/** Both leave the sum of balances as it was: the other invariant is blind to them. */
const unseen = (reason: string): LedgerFinding => ({
  ledgerUnseen: `The ledger cannot see this run: ${reason}, so a transfer applied twice or not at all would not show.`,
});
