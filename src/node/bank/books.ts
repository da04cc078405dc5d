import { BOOKS } from '../../core/bank/books';
import type { BankBooks } from '../../core/bank/invariants';
import { auditHistory, auditOf, auditWithPlacement, placementOf, placedOr } from './audit';
import type { BankPool } from './connect';
import { auditFailed } from './errors';
import { retried } from './transaction';

interface BooksRow {
  book: 'accounts' | 'transactions';
  /** Null: the whole of the book. */
  part: number | null;
  rows: string;
  sum_of_balances: string;
  negative_balances: number;
  placement: string;
}

/**
 * The bank's balances and its history, in one snapshot; of a bank without history, or with columns of other types, what can be read, one by one.
 * Rejects with `BANK_NOT_SET_UP` or `BANK_AUDIT_FAILED` where that is not even the balances.
 */
export async function auditBooks(pool: BankPool): Promise<BankBooks> {
  return placedOr(
    () => wholeBooks(pool),
    async () => {
      const [bank, history] = await Promise.all([auditWithPlacement(pool), auditHistory(pool).catch(() => undefined)]);
      return { bank, ...(history && { history }) };
    },
  );
}

async function wholeBooks(pool: BankPool): Promise<BankBooks> {
  const { rows } = await retried(() => pool.query<BooksRow>(BOOKS)).catch((error: unknown) => {
    throw auditFailed(error);
  });
  const whole = (of: BooksRow['book']): BooksRow => {
    const row = rows.find(({ book, part }) => book === of && part === null);
    if (!row) throw new Error(`the server answered no row of ${of}`);
    return row;
  };
  const partsOf = (of: BooksRow['book']): [number, BooksRow][] =>
    rows.flatMap(row => (row.book === of && row.part !== null ? [[row.part, row]] : []));
  const [accounts, history] = [whole('accounts'), whole('transactions')];
  return {
    bank: await auditOf(() => Promise.resolve({ ...accounts, accounts: Number(accounts.rows) })),
    history: {
      rows: Number(history.rows),
      ...placementOf(history),
      parts: new Map(partsOf('transactions').map(([part, row]) => [part, Number(row.rows)])),
    },
    balances: new Map(partsOf('accounts').map(([part, row]) => [part, row.sum_of_balances])),
    oneSnapshot: true,
  };
}
