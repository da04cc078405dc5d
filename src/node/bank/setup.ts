import type { BankTable } from '../../core/bank/own-tables';
import { CREATE_TABLES } from '../../core/bank/schema';
import { moneyDrift, type BankAudit } from '../../core/bank/invariants';
import { audit } from './audit';
import type { BankPool } from './connect';
import { deleteAll, type DeleteOptions } from './delete';
import { cancelled, deleteFailed, setupFailed } from './errors';
import { loadAccounts, type LoadProgress } from './load';
import { requireOwnTable } from './own-tables';
import { retried } from './transaction';

/** A bank as it should be. */
export interface SetupPlan {
  /** Accounts 1..accounts. */
  accounts: number;
  /** Of each new account. */
  balance: number;
  /**
   * Back to the beginning: transactions and accounts outside of 1..accounts are deleted, in batches, and balances that differ are put back.
   * Tables, indexes and grants stay. Dropping the tables would be quicker, but takes indexes and grants along and fails every open
   * session's next statement with OC001; and deleting accounts only to insert them again writes each twice.
   */
  reset: boolean;
  /** Connections at a time. */
  workers: number;
}

/** How far a setup has come. */
export type SetupProgress =
  | { phase: 'tables' }
  | { phase: 'deleting'; table: BankTable; deleted: number; count: number; rowsPerSecond: number }
  | { phase: 'loading'; load: LoadProgress }
  | { phase: 'audit' };

/** What a setup did, and what is there now. */
export interface SetupResult {
  inserted: number;
  /** Balances put back. */
  restored: number;
  /** Rows deleted. */
  deleted: Record<BankTable, number>;
  audit: BankAudit;
  /** Nothing but accounts 1..n, each with the balance asked for, as far as count, sum and sign tell. */
  fresh: boolean;
  elapsedMs: number;
}

/**
 * Creates the bank's tables where they are missing, loads the accounts, audits. Idempotent, and resumable after any interruption. Rejects
 * with `BANK_TABLE_FOREIGN`, `BANK_SETUP_FAILED`, `BANK_DELETE_FAILED`, `BANK_LOAD_FAILED`, `BANK_LOAD_INVALID`, `BANK_AUDIT_FAILED`, or `CANCELLED`; what was committed stays.
 */
export async function setupBank(
  pool: BankPool,
  plan: SetupPlan,
  onProgress: (progress: SetupProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<SetupResult> {
  const beganAt = performance.now();
  onProgress({ phase: 'tables' });
  try {
    // before anything changes: whose tables these are
    for (const table of ['accounts', 'transactions'] as const) await requireOwnTable(pool, table);
    for (const ddl of CREATE_TABLES) await retried(() => pool.query(ddl), signal);
  } catch (error) {
    throw setupFailed(error);
  }
  const remove = async (table: BankTable, which: Pick<DeleteOptions, 'after' | 'upTo'> = {}): Promise<number> => {
    const where = which.after !== undefined ? ' WHERE id > $1' : which.upTo !== undefined ? ' WHERE id <= $1' : '';
    const { rows } = await retried(() =>
      pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}${where}`, Object.values(which)),
    );
    const count = rows[0]?.count ?? 0;
    if (count === 0) return 0;
    const since = performance.now();
    const report = (deleted: number): void => {
      const rowsPerSecond = (deleted * 1000) / Math.max(1, performance.now() - since);
      onProgress({ phase: 'deleting', table, deleted, count, rowsPerSecond });
    };
    report(0);
    return deleteAll(pool, table, report, signal, { workers: plan.workers, ...which });
  };
  const emptied = (table: BankTable, which?: Parameters<typeof remove>[1]): Promise<number> =>
    remove(table, which).catch((error: unknown) => {
      throw signal?.aborted ? cancelled(`deleting ${table}`) : deleteFailed(table, error);
    });
  const deleted = {
    transactions: plan.reset ? await emptied('transactions') : 0,
    accounts: plan.reset
      ? (await emptied('accounts', { upTo: 0 })) + (await emptied('accounts', { after: plan.accounts }))
      : 0,
  };
  const { inserted, restored } = await loadAccounts(
    pool,
    {
      count: plan.accounts,
      balance: plan.balance,
      existing: plan.reset ? 'restore' : 'keep',
      workers: plan.workers,
    },
    load => onProgress({ phase: 'loading', load }),
    signal,
  );
  onProgress({ phase: 'audit' });
  const found = await audit(pool);
  const fresh =
    found.accounts === plan.accounts &&
    moneyDrift(found, { sumOfBalances: String(BigInt(plan.accounts) * BigInt(plan.balance)) }) === '0' &&
    found.negativeBalances === 0;
  return { inserted, restored, deleted, audit: found, fresh, elapsedMs: performance.now() - beganAt };
}
