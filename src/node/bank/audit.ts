import { causes } from '../../base/errors';
import { PLACEMENT_MODULUS } from '../../core/bank/books';
import { AUDIT, AUDIT_WITH_PLACEMENT, HISTORY, HISTORY_WITH_PLACEMENT } from '../../core/bank/schema';
import type { BankAudit, HistoryAudit } from '../../core/bank/invariants';
import type { DatabasePort } from '../../core/sql/database-port';
import type { BankPool } from './connect';
import { auditFailed } from './errors';
import { retried } from './transaction';

/** What the statements of an audit answer. */
export interface AuditRow {
  accounts: number;
  sum_of_balances: string;
  negative_balances: number;
  placement?: string;
}

/** Counts the accounts, sums their balances and counts the negative ones, in one snapshot. Rejects with `BANK_NOT_SET_UP` or `BANK_AUDIT_FAILED`. */
export async function audit(pool: BankPool): Promise<BankAudit> {
  return auditBy(AUDIT, pool);
}

/** The same, and where the money lies, as far as ids are whole numbers. */
export async function auditWithPlacement(pool: BankPool): Promise<BankAudit> {
  // a bank whose accounts have names for ids can be summed up all the same
  return placedOr(
    () => auditBy(AUDIT_WITH_PLACEMENT, pool),
    () => audit(pool),
  );
}

/** The same over a chapter's connections. When the signal comes, the statement is given up. */
export async function auditOver(database: Pick<DatabasePort, 'query'>, signal?: AbortSignal): Promise<BankAudit> {
  return auditOf(async () => {
    const [row] = (await database.query(AUDIT, { signal })).rows;
    if (!row) return undefined;
    const [accounts, sum, negative] = row;
    return { accounts: Number(accounts), sum_of_balances: String(sum), negative_balances: Number(negative) };
  });
}

async function auditBy(sql: string, pool: BankPool): Promise<BankAudit> {
  // A read-only statement meets OC001 when a schema change has just been committed.
  return auditOf(() => retried(async () => (await pool.query<AuditRow>(sql)).rows[0]));
}

/** The balances as a row of the database tells them. Rejects as `audit` does. */
export async function auditOf(read: () => Promise<AuditRow | undefined>): Promise<BankAudit> {
  try {
    const row = await read();
    if (!row) throw new Error('the server answered no row');
    if (!/^-?\d+(\.\d+)?$/.test(row.sum_of_balances))
      throw new Error(`their sum, ${row.sum_of_balances}, is no exact number`);
    return {
      accounts: row.accounts,
      sumOfBalances: row.sum_of_balances,
      negativeBalances: row.negative_balances,
      ...placementOf(row),
    };
  } catch (error) {
    throw auditFailed(error);
  }
}

/** Rows of `transactions`, and what they moved as far as their accounts and amounts are whole numbers. Rejects when it cannot be read, or does not exist. */
export async function auditHistory(pool: BankPool): Promise<HistoryAudit> {
  const counted = async (sql: string): Promise<HistoryAudit> => {
    const row = await retried(async () => (await pool.query<{ rows: string; placement?: string }>(sql)).rows[0]);
    return { rows: Number(row?.rows), ...placementOf(row ?? {}) };
  };
  return placedOr(
    () => counted(HISTORY_WITH_PLACEMENT),
    () => counted(HISTORY),
  );
}

/** A placement that was read, in the range that is told. */
export function placementOf({ placement }: { placement?: string }): { placement?: number } {
  if (placement === undefined) return {};
  const modulus = BigInt(PLACEMENT_MODULUS);
  return { placement: Number(((BigInt(placement) % modulus) + modulus) % modulus) };
}

/** What tells a placement, or the other where the database refuses to compute one of these columns. */
export async function placedOr<T>(placed: () => Promise<T>, other: () => Promise<T>): Promise<T> {
  try {
    return await placed();
  } catch (error) {
    if (!causes(error).some(link => /^(22|42)/.test(String((link as { code?: unknown }).code)))) throw error;
    return other();
  }
}
