import type { BankAudit } from '../bank/invariants';
import type { CounterValues } from './counters';
import type { Transfer } from './outcome';
import { unknownCalls } from './unknown-calls';

/** Placements are told modulo this. */
export const PLACEMENT_MODULUS = 2 ** 31;

/**
 * What a transfer adds to the bank's placement, the sum of all balances, each times the square of its account's id; modulo 2^32. A transfer that
 * was applied twice, not at all, or to other accounts leaves the sum of balances as it was, but not this one: squares, so that two mistakes
 * hardly ever make up for each other.
 */
export const placementShift = ({ payer, payee, amount }: Transfer): number =>
  Math.imul(amount, Math.imul(payee, payee) - Math.imul(payer, payer));

/** Whether every account holds what the acknowledged transfers leave it. */
export interface Moves {
  /** Transfers that were acknowledged, warm-up included. */
  acknowledged: number;
  exact: boolean;
}

/** Holds the balances to the transfers that were acknowledged; nothing where they were not counted, or calls ended of which nobody knows whether they moved money. */
export function movesOf(
  before: Pick<BankAudit, 'placement'> | undefined,
  after: Pick<BankAudit, 'placement'>,
  counters: CounterValues,
): Moves | undefined {
  if (before?.placement === undefined || after.placement === undefined || unknownCalls(counters) > 0) return undefined;
  const drift = after.placement - before.placement - counters.placementShift;
  return { acknowledged: counters.acknowledged, exact: drift % PLACEMENT_MODULUS === 0 };
}
