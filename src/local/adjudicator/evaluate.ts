import type { Batch } from '../gateway/batch';
import type { Runnable } from '../gateway/runnable';
import type { Transaction } from './transaction';

/** Answers a statement of a doomed transaction as if it had run. @returns false where that cannot be computed. */
export async function evaluate(_batch: Batch, _tx: Transaction, _runnable: Runnable): Promise<boolean> {
  return false;
}
