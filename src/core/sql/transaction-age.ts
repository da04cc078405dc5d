/** DSQL's age limit of a transaction, counted down. */

/** A transaction older than this fails at its next statement or COMMIT: 54000 `transaction age limit of 300s exceeded`. */
const TRANSACTION_LIMIT_MS = 300_000;

export interface TransactionAge {
  /** `m:ss`, rounded up to whole seconds. */
  text: string;
  level: 'plain' | 'warning' | 'over';
}

/** Under this the countdown calls for attention. */
const WARNING_MS = 60_000;

/** How much time a transaction has left. */
export function transactionAge(openedAtMs: number, nowMs: number): TransactionAge {
  const remainingMs = Math.max(0, openedAtMs + TRANSACTION_LIMIT_MS - nowMs);
  const seconds = Math.ceil(remainingMs / 1000);
  const level = remainingMs === 0 ? 'over' : remainingMs <= WARNING_MS ? 'warning' : 'plain';
  return { text: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, level };
}
