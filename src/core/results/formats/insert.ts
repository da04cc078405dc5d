import type { ValueKind } from '../../../protocol/results-view';
import { foldCase, identifierOf, tokenize, type Token } from '../../dialect/lexer';
import { sqlName } from '../../dialect/names';
import type { FormatOptions, TableFormat } from './table';

/** Rows and characters of one statement: far below DSQL's 3,000 rows and 10 MiB of a transaction. */
const MAX_ROWS = 1_000;
const MAX_LENGTH = 1_000_000;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** A value as a literal that PostgreSQL reads back as the same value of the column's type. */
export function sqlLiteral(value: string | null, kind: ValueKind): string {
  if (value === null) return 'NULL';
  if ((kind === 'integer' || kind === 'number') && PLAIN_NUMBER.test(value)) return value;
  if (kind === 'boolean' && (value === 't' || value === 'f')) return value === 't' ? 'true' : 'false';
  return `'${value.replaceAll("'", "''")}'`;
}

/** INSERT statements, each a transaction of its own when run in autocommit, so that a conflict or a failure costs one batch only. */
export function insertFormat({ columns, table }: FormatOptions): TableFormat {
  const head = `INSERT INTO ${table} (${columns.map(({ name }) => sqlName(name)).join(', ')}) VALUES\n  `;
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

/** What may follow the one table of a simple query. */
const BEHIND_TABLE = new Set(['where', 'order', 'limit', 'group', 'offset', 'for', ';']);
const SET_OPERATIONS = new Set(['union', 'intersect', 'except']);

/** The table that a statement reads, when it reads just one; else a name to be replaced. */
export function insertTarget(sql: string): string {
  const unknown = 'table_name';
  const tokens = outermost(sql);
  const words = tokens.map(({ type, start, end }) => (type === 'quoted' ? '' : foldCase(sql.slice(start, end))));
  if (words[0] !== 'select' || words.some(word => SET_OPERATIONS.has(word))) return unknown;
  // `a IS DISTINCT FROM b` reads from nothing
  const [from, ...more] = [...words.keys()].filter(at => words[at] === 'from' && words[at - 1] !== 'distinct');
  if (from === undefined || more.length > 0) return unknown;
  const names = words[from + 2] === '.' ? [from + 1, from + 3] : [from + 1];
  if (names.some(at => identifierOf(sql, tokens[at]) === undefined)) return unknown;
  const next = words[(names.at(-1) ?? from) + 1];
  if (next !== undefined && !BEHIND_TABLE.has(next)) return unknown;
  return names.map(at => sql.slice(tokens[at]?.start, tokens[at]?.end)).join('.');
}

/** The tokens of a statement that stand in no parentheses; these themselves are among them. */
function outermost(sql: string): Token[] {
  let depth = 0;
  return tokenize(sql).filter(({ start, end }) => {
    const symbol = end - start === 1 ? sql[start] : '';
    if (symbol === ')') depth -= 1;
    const outside = depth === 0;
    if (symbol === '(') depth += 1;
    return outside;
  });
}
