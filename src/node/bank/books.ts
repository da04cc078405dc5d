import { ACCOUNTS_BOOK, BOOKS } from '../../core/bank/books';
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
 * The bank's balances and its history, in one snapshot; of a bank without history the balances in theirs; of one with columns of other types what
 * can be read, one by one. Rejects with `BANK_NOT_SET_UP` or `BANK_AUDIT_FAILED` where that is not even the balances.
 */
export const auditBooks = (pool: BankPool): Promise<BankBooks> =>
  placedOr(
    () => booksBy(BOOKS, pool),
    async () => {
      const balances = placedOr(
        () => booksBy(ACCOUNTS_BOOK, pool),
        async () => ({ bank: await auditWithPlacement(pool) }),
      );
      const [books, history] = await Promise.all([balances, auditHistory(pool).catch(() => undefined)]);
      return { ...books, ...(history && { history }) };
    },
  );

async function booksBy(sql: string, pool: BankPool): Promise<BankBooks> {
  const { rows } = await retried(() => pool.query<BooksRow>(sql)).catch((error: unknown) => {
    throw auditFailed(error);
  });
  const whole = (of: BooksRow['book']): BooksRow | undefined =>
    rows.find(({ book, part }) => book === of && part === null);
  const partsOf = (of: BooksRow['book']): [number, BooksRow][] =>
    rows.flatMap(row => (row.book === of && row.part !== null ? [[row.part, row]] : []));
  const [accounts, history] = [whole('accounts'), whole('transactions')];
  if (!accounts) throw new Error('the server answered no row of accounts');
  return {
    bank: await auditOf(() => Promise.resolve({ ...accounts, accounts: Number(accounts.rows) })),
    balances: new Map(partsOf('accounts').map(([part, row]) => [part, row.sum_of_balances])),
    ...(history && {
      history: {
        rows: Number(history.rows),
        ...placementOf(history),
        parts: new Map(partsOf('transactions').map(([part, row]) => [part, Number(row.rows)])),
      },
      oneSnapshot: true,
    }),
  };
}
