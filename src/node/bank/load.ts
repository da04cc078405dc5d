import { CodedError } from '../../base/errors';
import { idRanges, incompleteRanges, type IdRange } from '../../core/bank/batches';
import { MAX_ROWS_PER_TRANSACTION } from '../../core/bank/schema';
import type { BankPool, PoolFactory } from './connect';
import { cancelled, loadFailed } from './errors';
import { inParallel, retried } from './transaction';

/** What to load. */
export interface LoadPlan {
  /** Accounts 1..count. */
  count: number;
  /** Of each account that is inserted; accounts that exist keep theirs. */
  balance: number;
  /** Connections at a time. Default 4. */
  workers?: number;
}

/** A complete snapshot of a load. */
export interface LoadProgress {
  /** Accounts of 1..count that exist now, those found at the start included. */
  loaded: number;
  /** Inserted by this load. */
  inserted: number;
  count: number;
  /** Inserted per second since the load began. */
  rowsPerSecond: number;
}

const PRESENT = `SELECT ((id - 1) / ${MAX_ROWS_PER_TRANSACTION})::int AS range, count(*)::int AS present
FROM accounts WHERE id BETWEEN 1 AND $1 GROUP BY 1`;
const INSERT = 'INSERT INTO accounts (id, balance) SELECT id, $3::bigint FROM generate_series($1::int, $2::int) AS id';
const INSERT_MISSING = `${INSERT} ON CONFLICT (id) DO NOTHING`;
const UNIQUE_VIOLATION = '23505';

/**
 * Inserts the accounts 1..count that are missing, over parallel connections, in transactions of at most 3,000 rows. Idempotent, and
 * resumable after any interruption: ranges that are complete are not touched. A conflict (40001) repeats its transaction. Rejects with
 * `BANK_LOAD_FAILED`, or with `CANCELLED` when `signal` fires; what was committed stays.
 */
export async function loadAccounts(
  database: PoolFactory,
  plan: LoadPlan,
  onProgress: (progress: LoadProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<LoadProgress> {
  if (!Number.isSafeInteger(plan.count) || plan.count < 1 || plan.count > 2_147_483_647)
    throw new CodedError('BANK_LOAD_INVALID', `cannot load ${plan.count} accounts`, {
      nextStep: 'Ask for 1 to 2,147,483,647 accounts.',
    });
  const pool = database();
  const beganAt = performance.now();
  const progress: LoadProgress = { loaded: 0, inserted: 0, count: plan.count, rowsPerSecond: 0 };
  const add = (rows: number, inserted: number): void => {
    progress.loaded += rows;
    progress.inserted += inserted;
    progress.rowsPerSecond = Math.round((progress.inserted * 1000) / Math.max(1, performance.now() - beganAt));
    onProgress({ ...progress });
  };
  try {
    const ranges = idRanges(plan.count);
    const present = await presentAccounts(pool, plan.count);
    const missing = incompleteRanges(ranges, present);
    const sizeOf = (range: IdRange): number => range.last - range.first + 1;
    const found = [...present.values()].reduce((sum, rows) => sum + rows, 0);
    add(found, 0);
    await inParallel(missing, plan.workers ?? 4, async range => {
      if (signal?.aborted) throw cancelled('loading accounts');
      const already = present.get((range.first - 1) / MAX_ROWS_PER_TRANSACTION) ?? 0;
      const inserted = await retried(() => insertRange(pool, range, plan.balance, already > 0), signal);
      add(sizeOf(range) - already, inserted);
    });
    return progress;
  } catch (error) {
    if (signal?.aborted) throw cancelled('loading accounts');
    throw loadFailed(error, progress.loaded, plan.count);
  }
}

async function presentAccounts(pool: BankPool, count: number): Promise<Map<number, number>> {
  const { rows } = await retried(() => pool.query<{ range: number; present: number }>(PRESENT, [count]));
  return new Map(rows.map(row => [row.range, row.present]));
}

/** Inserts a range; not looking for rows that exist makes an empty range a third faster, so only doubt makes it look. */
async function insertRange(pool: BankPool, range: IdRange, balance: number, partly: boolean): Promise<number> {
  const parameters = [range.first, range.last, balance];
  if (!partly) {
    try {
      return (await pool.query(INSERT, parameters)).rowCount ?? 0;
    } catch (error) {
      // Somebody else is loading too.
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    }
  }
  return (await pool.query(INSERT_MISSING, parameters)).rowCount ?? 0;
}
