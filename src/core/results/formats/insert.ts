import type { ValueKind } from '../../../protocol/results-view';
import type { FormatOptions, TableFormat } from './table';

/** Rows and characters of one statement: far below DSQL's 3,000 rows and 10 MiB of a transaction. */
const MAX_ROWS = 1_000;
const MAX_LENGTH = 1_000_000;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const PLAIN_IDENTIFIER = /^[a-z_][a-z0-9_]*$/;
/** PostgreSQL's reserved words (appendix C of its manual, those not allowed as column names). */
const RESERVED = new Set(
  'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with'.split(
    ' ',
  ),
);

/** An identifier as SQL has it: quoted when it would be read differently without quotes. */
export const sqlIdentifier = (name: string): string =>
  PLAIN_IDENTIFIER.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A value as a literal that PostgreSQL reads back as the same value of the column's type. */
export function sqlLiteral(value: string | null, kind: ValueKind): string {
  if (value === null) return 'NULL';
  if ((kind === 'integer' || kind === 'number') && PLAIN_NUMBER.test(value)) return value;
  if (kind === 'boolean' && (value === 't' || value === 'f')) return value === 't' ? 'true' : 'false';
  return `'${value.replaceAll("'", "''")}'`;
}

/** INSERT statements, each a transaction of its own when run in autocommit, so that a conflict or a failure costs one batch only. */
export function insertFormat({ columns, table }: FormatOptions): TableFormat {
  const head = `INSERT INTO ${table} (${columns.map(({ name }) => sqlIdentifier(name)).join(', ')}) VALUES\n  `;
  let rows = 0;
  let length = 0;
  return {
    begin: () => '',
    row: values => {
      const tuple = `(${values.map((value, index) => sqlLiteral(value, columns[index]?.kind ?? 'text')).join(', ')})`;
      const next = rows > 0 && rows < MAX_ROWS && length + tuple.length < MAX_LENGTH;
      const text = next ? `,\n  ${tuple}` : `${rows > 0 ? ';\n' : ''}${head}${tuple}`;
      rows = next ? rows + 1 : 1;
      length = next ? length + tuple.length : tuple.length;
      return text;
    },
    end: () => (rows > 0 ? ';\n' : ''),
  };
}

const SIMPLE_FROM =
  /^\s*(?:select|table)\b[\s\S]*?\bfrom\s+((?:[a-z_][\w$]*|"(?:[^"]|"")+")(?:\s*\.\s*(?:[a-z_][\w$]*|"(?:[^"]|"")+"))?)\s*(?:$|;|where\b|order\b|limit\b|group\b|offset\b|for\b)/i;

/** The table that a statement reads, when it reads just one; else a name to be replaced. */
export function insertTarget(sql: string): string {
  const match = SIMPLE_FROM.exec(sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' '));
  return match?.[1]?.replace(/(?<!\s)\s*\.\s*/, '.') ?? 'table_name';
}
