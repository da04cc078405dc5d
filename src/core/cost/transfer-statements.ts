import { CodedError } from '../../base/errors';
import { TRANSFER } from '../bank/transfer';
import { sqlstateOf } from '../sql/sqlstate';

interface Query {
  query(sql: string): Promise<{ rows: (string | null)[][] }>;
}

const UNDEFINED_TABLE = '42P01';

/**
 * The statements of a transfer between two accounts that are there, with their values written in; history where the bank keeps it. Rejects
 * with `ACCOUNTS_MISSING`, and with what else the database answers as it is.
 */
export async function transferStatements({ query }: Query): Promise<{ name: string; sql: string }[]> {
  const missing = (cause: unknown): CodedError =>
    new CodedError('ACCOUNTS_MISSING', 'There are no two accounts to measure a transfer with.', {
      nextStep: 'Load them first: dsql-workshop run 1, or give statements of your own.',
      cause,
    });
  const accounts = await query('SELECT id FROM accounts ORDER BY id LIMIT 2').catch((error: unknown) => {
    throw sqlstateOf(error) === UNDEFINED_TABLE ? missing(error) : error;
  });
  const [payer, payee] = accounts.rows.map(([id]) => id);
  if (payer === undefined || payee === undefined) throw missing(undefined);
  const filled = (sql: string, ...values: (string | null | number)[]): string =>
    sql.replace(/\$(\d)/g, (_, at: string) => String(values[Number(at) - 1]));
  const history = await query("SELECT to_regclass('transactions') IS NOT NULL");
  return [
    { name: 'debit', sql: filled(TRANSFER.debit, 0, payer) },
    { name: 'credit', sql: filled(TRANSFER.credit, 0, payee) },
    ...(history.rows[0]?.[0] === 't' ? [{ name: 'record', sql: filled(TRANSFER.record, payer, payee, 1) }] : []),
  ];
}
