/** The tables that the workshop loads and empties. */
export type BankTable = 'accounts' | 'transactions';

/** A column as the catalogue has it. */
export interface TableColumn {
  name: string;
  type: string;
}

const WHOLE_NUMBER = ['integer', 'bigint'];

/** The columns of the workshop's tables, and the types that its chapters and its learners give them. */
const COLUMNS: Readonly<Record<BankTable, Readonly<Record<string, readonly string[]>>>> = {
  accounts: { id: WHOLE_NUMBER, balance: WHOLE_NUMBER },
  transactions: {
    id: ['uuid'],
    payer_id: WHOLE_NUMBER,
    payee_id: WHOLE_NUMBER,
    amount: WHOLE_NUMBER,
    created_at: ['timestamp with time zone', 'timestamp without time zone'],
  },
};

/** The columns of the table of this name; no rows where there is none. */
export const TABLE_COLUMNS = `SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = 'public' AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

/** Whether a table of this name has other columns than the workshop's. */
export function foreignColumns(table: BankTable, columns: readonly TableColumn[]): boolean {
  const own = COLUMNS[table];
  return (
    columns.length !== Object.keys(own).length ||
    columns.some(({ name, type }) => !Object.hasOwn(own, name) || own[name]?.includes(type) !== true)
  );
}
