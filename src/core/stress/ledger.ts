import type { HistoryAudit } from '../bank/invariants';
import type { Ledger, RunPlan } from './contract';
import type { CounterValues } from './counters';
import { PLACEMENT_MODULUS } from './placement';
import { unknownCalls, type CallCounts } from './unknown-calls';

type LedgerCounters = CallCounts & Pick<CounterValues, 'placementShift'>;

/** A ledger, or why there can be none; neither where the run has nothing to record. */
export type LedgerFinding = { ledger?: Ledger; ledgerUnseen?: string };

/**
 * Acknowledged transfers against the rows that a run added to `transactions`: their number, and where every outcome is known, what they say. Says so where the workload keeps no history: a function that
 * added no row is taken for one that keeps none, unless a threshold says that it must.
 */
export function ledgerOf(
  { workload, thresholds = [] }: Pick<RunPlan, 'workload' | 'thresholds'>,
  counters: LedgerCounters,
  before: HistoryAudit | undefined,
  after: HistoryAudit | undefined,
): LedgerFinding {
  if (workload.type === 'order-service' || workload.type === 'custom') return {};
  const moved = counters.acknowledged > 0;
  const sql = workload.type !== 'lambda-transfer';
  if (sql && workload.recordHistory !== true) return moved ? unseen('the workload records no history') : {};
  if (before === undefined || after === undefined)
    return moved ? unseen('the table transactions could not be read') : {};
  const recorded = after.rows - before.rows;
  const asked = thresholds.some(threshold => /^\s*ledger\b/i.test(threshold));
  if (!sql && recorded === 0 && !asked) return moved ? unseen('the function added no row to transactions') : {};
  const { acknowledged } = counters;
  const unknown = unknownCalls(counters);
  const complete = acknowledged <= recorded && recorded <= acknowledged + unknown;
  const differs = complete && unknown === 0 && tellsOtherwise(before, after, counters);
  return { ledger: { acknowledged, unknown, recorded, exact: complete && !differs, ...(differs && { differs }) } };
}

/** Whether the rows that came name other accounts or amounts than the transfers that were acknowledged, or earlier ones were changed. */
function tellsOtherwise(before: HistoryAudit, after: HistoryAudit, { placementShift }: LedgerCounters): boolean {
  if (before.placement === undefined || after.placement === undefined) return false;
  return (after.placement - before.placement - placementShift) % PLACEMENT_MODULUS !== 0;
}

/** More calls are of unknown outcome than were acknowledged, as where the legs of generators were given up: rows that fit prove little. */
export const leavesMuchOpen = ({ acknowledged, unknown }: Ledger): boolean => unknown > acknowledged;

/** Both leave the sum of balances as it was: the other invariant is blind to them. */
const unseen = (reason: string): LedgerFinding => ({
  ledgerUnseen: `The ledger cannot see this run: ${reason}, so a transfer applied twice or not at all would not show.`,
});
