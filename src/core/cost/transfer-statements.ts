import { CodedError } from '../../base/errors';
import { TRANSFER } from '../bank/transfer';

interface Query {
  query(sql: string): Promise<{ rows: (string | null)[][] }>;
}

/** The statements of a transfer between two accounts that are there, with their values written in; history where the bank keeps it. */
export async function transferStatements({ query }: Query): Promise<{ name: string; sql: string }[]> {
  const missing = (cause: unknown): CodedError =>
    new CodedError('ACCOUNTS_MISSING', 'There are no two accounts to measure a transfer with.', {
      nextStep: 'Load them first: dsql-workshop run 1, or give statements of your own.',
      cause,
    });
  const accounts = await query('SELECT id FROM accounts ORDER BY id LIMIT 2').catch((error: unknown) => {
    throw missing(error);
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
