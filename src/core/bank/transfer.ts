import { CodedError } from '../../base/errors';

/** The statements of a transfer, in order; `record` only where history is kept. */
export const TRANSFER = {
  begin: 'BEGIN',
  debit: 'UPDATE accounts SET balance = balance - $1 WHERE id = $2 RETURNING balance',
  credit: 'UPDATE accounts SET balance = balance + $1 WHERE id = $2',
  record: 'INSERT INTO transactions (payer_id, payee_id, amount) VALUES ($1, $2, $3)',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
} as const;

/** Runs one statement on the connection of the transaction. */
export type RunStatement = (sql: string, params?: unknown[]) => Promise<{ rowCount: number | null; rows: unknown[] }>;

/** A transfer of `amount` from `payer` to `payee`. */
export interface Transfer {
  payer: number;
  payee: number;
  amount: number;
}

/**
 * One try of a transfer, in one transaction. Resolves with the payer's new balance, as text. Rejects with `INSUFFICIENT_FUNDS` or
 * `ACCOUNT_NOT_FOUND`, or with the database's error; a transaction that was not committed has been rolled back, so the connection is
 * as it was. Only when the connection is lost at COMMIT is the outcome unknown.
 */
export async function transferOnce(run: RunStatement, order: Transfer, recordHistory: boolean): Promise<string> {
  await run(TRANSFER.begin);
  try {
    const debit = await run(TRANSFER.debit, [order.amount, order.payer]);
    const row = debit.rows[0] as { balance: number | string } | undefined;
    if (!row) throw notFound(order.payer);
    if (Number(row.balance) < 0)
      throw new CodedError('INSUFFICIENT_FUNDS', `account ${order.payer} does not hold ${order.amount}`);
    const credit = await run(TRANSFER.credit, [order.amount, order.payee]);
    if (credit.rowCount !== 1) throw notFound(order.payee);
    if (recordHistory) await run(TRANSFER.record, [order.payer, order.payee, order.amount]);
    await run(TRANSFER.commit);
    return String(row.balance);
  } catch (error) {
    // The first error is the one to report; a connection that cannot roll back is broken and its owner will notice.
    await run(TRANSFER.rollback).catch(() => undefined);
    throw error;
  }
}

function notFound(id: number): CodedError {
  return new CodedError('ACCOUNT_NOT_FOUND', `there is no account ${id}`, { nextStep: 'Load the accounts first.' });
}
