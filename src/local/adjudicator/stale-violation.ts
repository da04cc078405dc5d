import type { ServerError } from '../ports';
import type { Backend } from '../gateway/backend';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import { HEADER_BYTES } from '../gateway/wire/frames';

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const KEY = /^Key \((.*?)\)=\((.*)\) (?:already exists|is still referenced from table .*)\.$/s;
/** Columns of a foreign key in the order of the key they refer to. */
const REFERENCING = `SELECT quote_ident(a.attname) FROM pg_catalog.pg_constraint k, unnest(k.conkey) WITH ORDINALITY AS c(attnum, n),
  pg_catalog.pg_attribute a WHERE k.conrelid = $1::regclass AND k.conname = $2 AND a.attrelid = k.conrelid AND a.attnum = c.attnum
  ORDER BY c.n`;

/** Violations that PostgreSQL finds in the newest rows, which a transaction's snapshot need not show. */
export function mayBeStale({ sqlstate, detail }: ServerError): boolean {
  return (sqlstate === UNIQUE || sqlstate === FOREIGN_KEY) && detail !== undefined && KEY.test(detail);
}

/**
 * Whether the row that is in the way was committed after the snapshot: then the statement is not wrong, it conflicts. `frame` is
 * PostgreSQL's ErrorResponse, `backend` the transaction's, outside the failed statement.
 */
export async function isStale(backend: Backend, error: ServerError, frame: Buffer): Promise<boolean> {
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
    if (columns.length === 0 || columns.length !== values.length) return false;
    const same = columns.map((column, at) => `${column} = '${values[at]!.replaceAll("'", "''")}'`).join(' AND ');
    return (await query(`SELECT 1 FROM ${table} WHERE ${same} LIMIT 1`)).length === 0;
  } catch (failure) {
    if (failure instanceof QueryFailed) return false;
    throw failure;
  }
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
