import type { ServerError } from '../ports';
import type { Backend } from '../gateway/backend';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import { HEADER_BYTES } from '../gateway/wire/frames';

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const KEY = /^Key \((.*?)\)=\((.*)\) (?:already exists|is still referenced from table ".{1,63}")\.$/s;
/** Columns of a foreign key in the order of the key they refer to. */
const REFERENCING = `SELECT quote_ident(a.attname) FROM pg_catalog.pg_constraint k, unnest(k.conkey) WITH ORDINALITY AS c(attnum, n),
  pg_catalog.pg_attribute a WHERE k.conrelid = $1::regclass AND k.conname = $2 AND a.attrelid = k.conrelid AND a.attnum = c.attnum
  ORDER BY c.n`;

/** A foreign key is violated, from either side. */
export const isForeignKey = ({ sqlstate }: ServerError): boolean => sqlstate === FOREIGN_KEY;

/** Violations that PostgreSQL finds in the newest rows, which a transaction's snapshot need not show. */
export function mayBeStale({ sqlstate, detail }: ServerError): boolean {
  return (sqlstate === UNIQUE || sqlstate === FOREIGN_KEY) && detail !== undefined && KEY.test(detail);
}

/** What of the row that is in a statement's way the snapshot shows. */
export type InTheWay =
  /** The row, or it was a row of the statement's own: the statement is wrong. */
  | 'seen'
  /** A row of that key which may have a newer version. A plain statement is as wrong; ON CONFLICT may have met that row by another key. */
  | 'perhaps changed'
  /** None: it was committed after the snapshot. The statement is not wrong, it conflicts. */
  | 'unseen';

/**
 * Asks for it. `frame` is PostgreSQL's ErrorResponse, `backend` the transaction's, outside the failed statement. `isThere`: whether a query
 * has a row outside the transaction, or cannot be asked there.
 */
export async function rowInTheWay(
  backend: Backend,
  error: ServerError,
  frame: Buffer,
  isThere: (sql: string) => Promise<boolean>,
): Promise<InTheWay> {
  const [, keyColumns, keyValues] = KEY.exec(error.detail ?? '') ?? [];
  const fields = fieldsOf(frame);
  const table = [fields.get('s'), fields.get('t')].map(name => `"${(name ?? '').replaceAll('"', '""')}"`).join('.');
  const query = catalogQueryOn(backend);
  try {
    const columns =
      error.sqlstate === UNIQUE
        ? split(keyColumns ?? '')
        : (await query(REFERENCING, [table, fields.get('n') ?? ''])).map(([name]) => name ?? '');
    const values = columns.length === 1 ? [keyValues ?? ''] : (keyValues ?? '').split(', ');
    if (columns.length === 0 || columns.length !== values.length) return 'seen';
    const same = columns.map((column, at) => isSame(column, values[at]!)).join(' AND ');
    const rows = await query(`SELECT bool_or(xmax = 0) FROM ${table} WHERE ${same} HAVING count(*) > 0`);
    // the keys that it drew from a sequence, or at random, it does not draw again: to run it once more would not tell
    if (rows.length === 0) return (await isThere(`SELECT 1 FROM ${table} WHERE ${same}`)) ? 'unseen' : 'seen';
    return rows[0]![0] === 't' ? 'seen' : 'perhaps changed';
  } catch (failure) {
    if (failure instanceof QueryFailed) return 'seen';
    throw failure;
  }
}

/** `null` stands for NULL where two are the same key. */
function isSame(column: string, value: string): string {
  const text = `'${value.replaceAll("'", "''")}'`;
  return value === 'null' ? `(${column} IS NULL OR ${column}::text = 'null')` : `${column} = ${text}`;
}

/** Splits at commas outside parentheses: index expressions hold some. */
function split(columns: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of columns) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map(part => part.trim());
}

/** The fields of an ErrorResponse by their code. */
function fieldsOf(frame: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = HEADER_BYTES; at < frame.length && frame[at] !== 0;) {
    const end = frame.indexOf(0, at + 1);
    if (end < 0) break;
    fields.set(String.fromCharCode(frame[at]!), frame.toString('utf8', at + 1, end));
    at = end + 1;
  }
  return fields;
}
