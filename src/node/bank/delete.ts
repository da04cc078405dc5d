import { MAX_ROWS_PER_TRANSACTION } from '../../core/bank/schema';
import type { PoolFactory } from './connect';
import { cancelled } from './errors';
import { retried } from './transaction';

/** The tables that can be emptied. */
export type BankTable = 'accounts' | 'transactions';

/**
 * Deletes every row of a table in transactions of at most 3,000 rows, in key order, each going on after the last key of the one before.
 * Rows inserted meanwhile behind that key stay. @returns the number of rows deleted. Rejects with the database's error, or with
 * `CANCELLED`; what was committed stays deleted.
 */
export async function deleteAll(
  database: PoolFactory,
  table: BankTable,
  onProgress: (deleted: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<number> {
  const pool = database();
  const after = (condition: string): string =>
    `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ${condition} ORDER BY id LIMIT ${MAX_ROWS_PER_TRANSACTION}) RETURNING id`;
  let last: number | string | undefined;
  for (let deleted = 0; ;) {
    if (signal?.aborted) throw cancelled(`deleting ${table}`);
    const { rows } = await retried(
      () =>
        last === undefined
          ? pool.query<{ id: number | string }>(after(''))
          : pool.query<{ id: number | string }>(after('WHERE id > $1'), [last]),
      signal,
    );
    if (rows.length === 0) return deleted;
    deleted += rows.length;
    onProgress(deleted);
    // RETURNING comes in no order. UUIDs compare as text as they do as bytes; they are lower case.
    last = rows.reduce((max, { id }) => (id > max ? id : max), rows[0]!.id);
  }
}
