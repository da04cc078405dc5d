import { AUDIT } from '../../core/bank/schema';
import type { BankAudit } from '../../core/stress/contract';
import type { BankPool } from './connect';
import { auditFailed } from './errors';
import { retried } from './transaction';

interface AuditRow {
  accounts: number;
  sum_of_balances: string;
  negative_balances: number;
}

/** Counts the accounts, sums their balances and counts the negative ones, in one snapshot. Rejects with `BANK_NOT_SET_UP` or `BANK_AUDIT_FAILED`. */
export async function audit(pool: BankPool): Promise<BankAudit> {
  try {
    // A read-only statement meets OC001 when a schema change has just been committed.
    const row = await retried(async () => (await pool.query<AuditRow>(AUDIT)).rows[0]);
    if (!row) throw new Error('the server answered no row');
    return {
      accounts: row.accounts,
      sumOfBalances: row.sum_of_balances,
      negativeBalances: row.negative_balances,
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
