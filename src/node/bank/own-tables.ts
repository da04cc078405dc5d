import { foreignColumns, TABLE_COLUMNS, type BankTable, type TableColumn } from '../../core/bank/own-tables';
import type { BankPool } from './connect';
import { foreignTable } from './errors';
import { retried } from './transaction';

/**
 * Makes sure that a table is the workshop's, by its columns, before rows are inserted or deleted: others have tables of these names, too. One
 * that is not there yet is nobody's. Rejects with `BANK_TABLE_FOREIGN`, or with the database's error.
 */
export async function requireOwnTable(pool: BankPool, table: BankTable): Promise<void> {
  const { rows } = await retried(() => pool.query<TableColumn>(TABLE_COLUMNS, [table]));
  if (rows.length > 0 && foreignColumns(table, rows)) throw foreignTable(table, rows);
}
