import { causes } from '../../base/errors';
import { AUDIT, AUDIT_WITH_PLACEMENT } from '../../core/bank/schema';
import type { BankAudit } from '../../core/bank/invariants';
import type { BankPool } from './connect';
import { auditFailed } from './errors';
import { retried } from './transaction';

interface AuditRow {
  accounts: number;
  sum_of_balances: string;
  negative_balances: number;
  placement?: string;
}

/** Counts the accounts, sums their balances and counts the negative ones, in one snapshot. Rejects with `BANK_NOT_SET_UP` or `BANK_AUDIT_FAILED`. */
export async function audit(pool: BankPool): Promise<BankAudit> {
  return auditBy(AUDIT, pool);
}

/** The same, and where the money lies, as far as ids and balances are whole numbers. */
export async function auditWithPlacement(pool: BankPool): Promise<BankAudit> {
  try {
    return await auditBy(AUDIT_WITH_PLACEMENT, pool);
  } catch (error) {
    if (!causes(error).some(link => /^(22|42)/.test(String((link as { code?: unknown }).code)))) throw error;
    // a bank whose accounts have names for ids can be summed up all the same
    return audit(pool);
  }
}

async function auditBy(sql: string, pool: BankPool): Promise<BankAudit> {
  try {
    // A read-only statement meets OC001 when a schema change has just been committed.
    const row = await retried(async () => (await pool.query<AuditRow>(sql)).rows[0]);
    if (!row) throw new Error('the server answered no row');
    return {
      accounts: row.accounts,
      sumOfBalances: row.sum_of_balances,
      negativeBalances: row.negative_balances,
      ...(row.placement !== undefined && { placement: Number(BigInt.asUintN(31, BigInt(row.placement))) }),
    };
  } catch (error) {
    throw auditFailed(error);
  }
}

/** Rows of `transactions`. Rejects when it cannot be read, or does not exist. */
export async function countTransactions(pool: BankPool): Promise<number> {
  const { rows } = await retried(() => pool.query<{ n: string }>('SELECT count(*) AS n FROM transactions'));
  return Number(rows[0]?.n);
}
