import { CodedError } from '../../base/errors';
import { idRanges, incompleteRanges, type IdRange } from '../../core/bank/batches';
import { TRANSACTION_ROW_LIMIT } from '../../core/dialect/row-limit';
import type { BankPool } from './connect';
import { cancelled, loadFailed } from './errors';
import { requireOwnTable } from './own-tables';
import { RangeQueue } from './range-queue';
import { inParallel, retried } from './transaction';

/** What to load. */
export interface LoadPlan {
  /** Accounts 1..count. */
  count: number;
  /** Of each account that is inserted. */
  balance: number;
  /** Accounts that exist: `keep` (default) leaves their balances as they are, `restore` puts `balance` back where it differs. */
  existing?: 'keep' | 'restore';
  /** Connections at a time. Default 4. */
  workers?: number;
}

/** A complete snapshot of a load. */
export interface LoadProgress {
  /** Accounts of 1..count that are as they should be now, those found at the start included. */
  loaded: number;
  /** Inserted by this load. */
  inserted: number;
  /** Balances this load put back. */
  restored: number;
  count: number;
  /** Inserted and put back per second since the load began. */
  rowsPerSecond: number;
}

/** What is there of a range. */
interface Found {
  present: number;
  /** Of those, with another balance than asked for. */
  differing: number;
}

const PRESENT = `SELECT ((id - 1) / ${TRANSACTION_ROW_LIMIT})::int AS range, count(*)::int AS present,
  (count(*) FILTER (WHERE balance <> $2::bigint))::int AS differing
FROM accounts WHERE id BETWEEN 1 AND $1 GROUP BY 1`;
const INSERT = 'INSERT INTO accounts (id, balance) SELECT id, $3::bigint FROM generate_series($1::int, $2::int) AS id';
const INSERT_MISSING = `${INSERT} ON CONFLICT (id) DO NOTHING`;
const RESTORE =
  'UPDATE accounts SET balance = $3::bigint WHERE id BETWEEN $1::int AND $2::int AND balance <> $3::bigint';
const UNIQUE_VIOLATION = '23505';

/**
 * Inserts the accounts 1..count that are missing, over parallel connections, in transactions of at most 3,000 rows. Idempotent, and
 * resumable after any interruption: ranges that are as they should be are not touched. A conflict (40001) repeats its transaction, and
 * two loads at once share the work. Rejects with `BANK_TABLE_FOREIGN`, `BANK_LOAD_FAILED`, or with `CANCELLED` when `signal` fires; what was committed stays.
 */
export async function loadAccounts(
  pool: BankPool,
  plan: LoadPlan,
  onProgress: (progress: LoadProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<LoadProgress> {
  if (!Number.isSafeInteger(plan.count) || plan.count < 1 || plan.count > 2_147_483_647)
    throw invalid(`cannot load ${plan.count} accounts`, 'Ask for 1 to 2,147,483,647 accounts.');
  if (!Number.isSafeInteger(plan.balance))
    throw invalid(`cannot load accounts with a balance of ${plan.balance}`, 'Ask for a whole number.');
  const restores = plan.existing === 'restore';
  const beganAt = performance.now();
  const progress: LoadProgress = { loaded: 0, inserted: 0, restored: 0, count: plan.count, rowsPerSecond: 0 };
  const add = (rows: number, inserted: number, restored: number): void => {
    progress.loaded += rows;
    progress.inserted += inserted;
    progress.restored += restored;
    const changed = progress.inserted + progress.restored;
    progress.rowsPerSecond = Math.round((changed * 1000) / Math.max(1, performance.now() - beganAt));
    onProgress({ ...progress });
  };
  try {
    await requireOwnTable(pool, 'accounts');
    const found = await findAccounts(pool, plan);
    const right = new Map(
      [...found].map(([range, { present, differing }]) => [range, restores ? present - differing : present]),
    );
    const queue = new RangeQueue(incompleteRanges(idRanges(plan.count), right));
    add(
      [...right.values()].reduce((sum, rows) => sum + rows, 0),
      0,
      0,
    );
    await inParallel(queue, plan.workers ?? 4, async range => {
      if (signal?.aborted) throw cancelled('loading accounts');
      const number = (range.first - 1) / TRANSACTION_ROW_LIMIT;
      const { present, differing } = found.get(number) ?? { present: 0, differing: 0 };
      const size = range.last - range.first + 1;
      const restored = restores && differing > 0 ? await change(pool, RESTORE, range, plan.balance, signal) : 0;
      const inserted = present < size ? await insertRange(pool, range, plan.balance, present > 0, queue, signal) : 0;
      add(size - (right.get(number) ?? 0), inserted, restored);
    });
    return progress;
  } catch (error) {
    if (signal?.aborted) throw cancelled('loading accounts');
    throw loadFailed(error, progress.loaded, plan.count);
  }
}

async function findAccounts(pool: BankPool, { count, balance }: LoadPlan): Promise<Map<number, Found>> {
  const { rows } = await retried(() => pool.query<Found & { range: number }>(PRESENT, [count, balance]));
  return new Map(rows.map(({ range, present, differing }) => [range, { present, differing }]));
}

/** Inserts a range; not looking for rows that exist makes an empty range a third faster, so only doubt makes it look. */
async function insertRange(
  pool: BankPool,
  range: IdRange,
  balance: number,
  partly: boolean,
  queue: RangeQueue,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (!partly) {
    try {
      return await change(pool, INSERT, range, balance, signal, () => queue.rivalSeen());
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
      queue.rivalSeen();
    }
  }
  return change(pool, INSERT_MISSING, range, balance, signal);
}

/** One transaction on a range, again after conflicts. @returns the rows it changed. */
function change(
  pool: BankPool,
  sql: string,
  range: IdRange,
  balance: number,
  signal: AbortSignal | undefined,
  onConflict: () => void = () => undefined,
): Promise<number> {
  let attempts = 0;
  return retried(async () => {
    if (attempts++ > 0) onConflict();
    return (await pool.query(sql, [range.first, range.last, balance])).rowCount ?? 0;
  }, signal);
}

const invalid = (message: string, nextStep: string): CodedError =>
  new CodedError('BANK_LOAD_INVALID', message, { nextStep });
