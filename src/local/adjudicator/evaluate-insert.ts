/** What an INSERT of a doomed transaction would have answered. */
import type { CatalogQuery } from '../ports';
import type { Clauses } from './clauses';

type Insert = Extract<Clauses, { type: 'insert' }>;

/**
 * The number in its tag, where the text alone tells. `rows`: how many rows its VALUES holds. A conflict with a row that the snapshot
 * does not show is none: the row counts as inserted.
 */
export function insertedRows({ onConflict, conditional }: Insert, rows: number | undefined): number | undefined {
  if (rows === undefined || conditional) return undefined;
  return onConflict === 'nothing' && rows !== 1 ? undefined : rows;
}

const COLUMNS = `SELECT quote_ident(attname), format_type(atttypid, atttypmod), attgenerated, pg_get_expr(d.adbin, d.adrelid), attidentity
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;

/** The query whose rows are the answer: the new rows, with defaults, as RETURNING sees them. @returns undefined where that is unknown */
export async function insertQuery(insert: Insert, query: CatalogQuery): Promise<string | undefined> {
  const { table, alias, source, onConflict, returning } = insert;
  if (onConflict !== undefined) return undefined;
  if (returning === undefined) return `SELECT 1 FROM (${source}) AS source`;
  const known = await query(COLUMNS, [table]);
  const given = insert.columns ?? known.map(([name]) => name ?? '');
  const sources = new Map(given.map((name, at) => [plainName(name), `source.c${at}`]));
  const columns: string[] = [];
  for (const [name, type, generated, byDefault, identity] of known) {
    const value = sources.get(plainName(name ?? ''));
    if (generated || (identity && value === undefined)) return undefined;
    columns.push(`(${value ?? byDefault ?? 'NULL'})::${type} AS ${name}`);
  }
  const names = given.map((_, at) => `c${at}`).join(', ');
  return `SELECT ${returning} FROM (SELECT ${columns.join(', ')} FROM (${source}) AS source(${names})) AS ${alias}`;
}

const plainName = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
