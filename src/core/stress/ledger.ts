import { PLACEMENT_MODULUS } from '../bank/books';
import type { HistoryAudit } from '../bank/invariants';
import type { Ledger, RunPlan } from './contract';
import { unknownCalls, type CallCounts, type CounterValues } from './counters';
import { totalOf, type TallyValues } from './tally';

type LedgerCounters = CallCounts & Pick<CounterValues, 'placementShift'> & { tally?: TallyValues };

/** A ledger, or why there can be none; neither where the run has nothing to record. */
export type LedgerFinding = { ledger?: Ledger; ledgerUnseen?: string };

/**
 * Acknowledged transfers against the rows that a run added to `transactions`: their number and, as far as columns and calls tell it, what they say: each is
 * of a transfer that was acknowledged, or of one whose outcome is unknown. Says so where the workload keeps no history: a function that
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
  const contents = unknown === 0 ? knownContents(before, after, counters) : possibleContents(before, after, counters);
  const differs = complete && contents?.right === false;
  return {
    ledger: {
      ...{ acknowledged, unknown, recorded, exact: complete && !differs, ...(differs && { differs }) },
      heldTo: contents ? 'contents' : 'number',
      ...(contents?.untold && { untold: contents.untold }),
    },
  };
}

/** What came of holding rows to what they should say. */
interface Contents {
  right: boolean;
  /** Calls of unknown outcome of which nobody knows what they asked for. */
  untold?: number;
}

/** Whether the rows that came name the accounts and amounts of the transfers that were acknowledged, and earlier ones are as they were. */
function knownContents(before: HistoryAudit, after: HistoryAudit, counters: LedgerCounters): Contents | undefined {
  if (before.placement === undefined || after.placement === undefined) return undefined;
  return { right: (after.placement - before.placement - counters.placementShift) % PLACEMENT_MODULUS === 0 };
}

/** Whether, part by part, there is a row of each transfer that was acknowledged, and no other but of those whose outcome is unknown. */
function possibleContents(
  { parts: before }: HistoryAudit,
  { parts: after }: HistoryAudit,
  counters: LedgerCounters,
): Contents | undefined {
  const { tally, acknowledged } = counters;
  if (!before || !after || !tally || totalOf(tally.acknowledged) !== acknowledged) return undefined;
  const untold = unknownCalls(counters) - totalOf(tally.open);
  let missing = 0;
  let beyond = 0;
  for (let part = 0; part < tally.open.length; part++) {
    const more = (after.get(part) ?? 0) - (before.get(part) ?? 0) - (tally.acknowledged[part] ?? 0);
    missing += Math.max(0, -more);
    beyond += Math.max(0, more - (tally.open[part] ?? 0));
  }
  return { right: missing === 0 && beyond <= untold, untold };
}

/** More calls are of unknown outcome than were acknowledged, as where the legs of generators were given up: what fits proves little. */
export const leavesMuchOpen = ({ acknowledged, unknown = 0 }: { acknowledged: number; unknown?: number }): boolean =>
  unknown > acknowledged;

/** Both leave the sum of balances as it was: the other invariant is blind to them. */
const unseen = (reason: string): LedgerFinding => ({
  ledgerUnseen: `The ledger cannot see this run: ${reason}, so a transfer applied twice or not at all would not show.`,
});
