/** Tables that chapters would drop although no chapter made them: others have tables called `accounts` and `orders`, too. */
import type { CreateStmt } from 'libpg-query';
import { CodedError } from '../../base/errors';
import type { TableColumn } from '../bank/own-tables';
import { loadParser, parse } from '../dialect/parser';
import { literal } from '../dialect/sql-text';
import { as } from '../dialect/tree';
import { tableShape } from '../lint/table-shape';
import type { Chapter, Step } from './contract';
import type { DatabasePort } from '../sql/database-port';
import { sqlTexts, tablesDroppedBy } from './dropped-tables';

/** A table with columns that none of the chapters' tables of its name has. */
export interface ForeignTable {
  /** As the statement that drops it writes it. */
  name: string;
  columns: readonly TableColumn[];
}

/**
 * Of the tables that the steps drop, those on the database that no chapter made, by their columns: their names, and their types but for width
 * (`int` or `bigint`). One of the workshop's with a column added counts as somebody's own. Reads the catalogue once, and not at all where
 * the steps drop nothing. Rejects with the database's error.
 */
export async function foreignTables(
  database: Pick<DatabasePort, 'query'>,
  steps: readonly Step[],
  chapters: readonly Chapter[],
  signal?: AbortSignal,
): Promise<ForeignTable[]> {
  const names = tablesDroppedBy(steps);
  if (names.length === 0) return [];
  const { rows } = await database.query(columnsOf(names), { signal });
  const made = await madeTables(chapters);
  return names.flatMap(name => {
    const key = keyOf(name);
    const columns = rows
      .filter(([schema, table]) => `${schema}.${table}` === key)
      .map(([, , column, type]) => ({ name: column ?? '', type: type ?? '' }));
    if (columns.length === 0 || made.get(key)?.includes(signatureOf(columns))) return [];
    return [{ name, columns }];
  });
}

/**
 * Drops tables whose owner agreed to it, before anything else: undoing a step expects the workshop's table, or none. Each is a transaction of
 * its own. Rejects with the database's error where something depends on one.
 */
export async function dropTables(
  database: Pick<DatabasePort, 'query'>,
  tables: readonly ForeignTable[],
  signal?: AbortSignal,
): Promise<void> {
  for (const { name } of tables)
    await database.query(`DROP TABLE IF EXISTS ${name}`, { signal, onSchemaConflict: () => undefined });
}

/** `orders (id uuid, total numeric)` */
export const foreignTableText = ({ name, columns }: ForeignTable): string =>
  `${name} (${columns.map(column => `${column.name} ${column.type}`).join(', ')})`;

/** `CANCELLED`: whoever was asked keeps the tables. */
export const tablesKept = (): CodedError =>
  new CodedError('CANCELLED', 'cancelled: nothing was dropped', {
    nextStep: 'Rename your tables, or run chapters on another cluster.',
  });

/** The tables' columns with their types, by schema, table and place. */
function columnsOf(names: readonly string[]): string {
  const tables = [...new Set(names.map(name => partsOf(name).at(-1) ?? ''))].map(literal);
  return `SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relname IN (${tables.join(', ')}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.oid, a.attnum`;
}

const CREATES = /\bCREATE\s+TABLE\b[^;{}]*/gi;

/** The tables that chapters make, each in all its forms. */
async function madeTables(chapters: readonly Chapter[]): Promise<Map<string, string[]>> {
  await loadParser();
  const made = new Map<string, string[]>();
  for (const [statement] of sqlTexts(chapters.flatMap(({ steps }) => steps)).flatMap(text => [
    ...text.matchAll(CREATES),
  ])) {
    const create = createOf(statement);
    if (!create) continue;
    const { columns } = tableShape(create);
    const { schemaname, relname } = create.relation ?? {};
    const key = `${schemaname ?? 'public'}.${relname}`;
    const signature = signatureOf(columns.map(({ name, type }) => ({ name, type: type.display })));
    made.set(key, [...(made.get(key) ?? []), signature]);
  }
  return made;
}

function createOf(statement: string): CreateStmt | undefined {
  const parsed = parse(statement);
  return parsed.type === 'tree' ? as(parsed.statements[0], 'CreateStmt') : undefined;
}

/** Columns in one line whatever their order, types without what learners may choose as they like. */
const signatureOf = (columns: readonly TableColumn[]): string =>
  columns
    .map(({ name, type }) => `${JSON.stringify(name)} ${kindOf(type)}`)
    .sort()
    .join();

const KINDS: readonly [RegExp, string][] = [
  [/^(smallint|integer|bigint)$/, 'whole number'],
  [/^timestamp /, 'timestamp'],
  [/^(text|character varying)$/, 'text'],
];

/** A type without its modifiers, in the family of those that do for one another. */
function kindOf(type: string): string {
  const bare = type.replace(/\(.*?\)/g, '');
  return KINDS.find(([pattern]) => pattern.test(bare))?.[1] ?? bare;
}

/** `public.orders` for `orders`, `Orders` in quotes and `b.orders`: as the catalogue has it. */
function keyOf(name: string): string {
  const parts = partsOf(name);
  return `${parts.at(-2) ?? 'public'}.${parts.at(-1)}`;
}

const partsOf = (name: string): string[] =>
  [...name.matchAll(/"((?:[^"]|"")+)"|([^."]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain.trim().toLowerCase() : quoted.replaceAll('""', '"'),
  );
