import type { CatalogQuery } from '../ports';
import type { Batch } from '../gateway/batch';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import type { SchemaFacts } from '../gateway/schema-facts';
import { RowDigest } from '../gateway/digest';
import { rowLimit } from '../gateway/errors';
import { Flight } from '../gateway/flight';
import type { Runnable } from '../gateway/runnable';
import type { Completion } from '../gateway/step';
import { unnamedStatement } from '../gateway/statements';
import { bind, describePortal, execute, NO_OIDS, NO_VALUES, parse } from '../gateway/wire/client-messages';
import { commandComplete, tagCount } from '../gateway/wire/server-messages';
import { isOpaque } from './claims';
import { clausesOf, type Clauses } from './clauses';
import type { Transaction } from './transaction';

/**
 * Answers a statement of a doomed transaction as if it had run: a row that another transaction changed after this one's snapshot cannot
 * be written any more, but what an UPDATE or DELETE would have answered is a query over the old snapshot. This is the quick way for
 * statements that nothing but their own rows decides; `PrivateCopies` is the way for all others.
 * @returns false where a query does not tell.
 */
export async function evaluate(batch: Batch, tx: Transaction, runnable: Runnable): Promise<boolean> {
  const { backend } = tx;
  if (!backend || runnable.collect || runnable.maxRows > 0) return false;
  const toldAs = runnable.retag ?? ((tag: string) => tag);
  const clauses = clausesOf(runnable.sql);
  if (!clauses) return false;
  const { schema, limits } = batch.context;
  if (clauses.type !== 'select' && isOpaque(runnable.classified, schema)) return false;
  const { role, searchPath } = batch.client;
  const session = [role, batch.client.settings.get('role'), ...searchPath].join('\0');
  const query = remembering(catalogQueryOn(backend), schema, session);
  if (clauses.type === 'insert') {
    if (!isOneNewRow(runnable, clauses) || schema.foreignKeys.some(key => isNamed(clauses.table, key.child)))
      return false;
    if (!(await hasOneKey(clauses.table, query))) return false;
    if (tx.rows + 1 > limits.rowsPerTransaction) return false;
    tx.rows++;
    remember(tx, runnable, { tag: 'INSERT 0 1', rows: '' });
    tx.loseUnnamed();
    const told = toldAs('INSERT 0 1');
    if (told !== undefined) batch.emit(commandComplete(told));
    return true;
  }
  if (clauses.type === 'delete' && schema.foreignKeys.some(key => isNamed(clauses.table, key.parent))) return false;
  const sql = await queryFor(clauses, query).catch((error: unknown) => {
    if (error instanceof QueryFailed) return undefined;
    throw error;
  });
  if (sql === undefined) return false;
  const { portal } = runnable;
  const silent = clauses.type !== 'select' && clauses.returning === undefined;
  const flight = new Flight(batch.client.out);
  backend.dropUnnamed();
  backend.addHelper(flight, 'guard');
  flight.add(parse('', sql, portal?.statement.oids ?? NO_OIDS), { kind: 'parse', forward: false });
  flight.add(bind('', '', portal?.tail ?? NO_VALUES), { kind: 'bind', forward: false });
  if (!portal && !silent)
    flight.add(describePortal(''), { kind: 'describe', forward: true, hold: true, holdOver: true });
  const tagOf = (tag: string): string => `${clauses.type.toUpperCase()} ${tagCount(tag)}`;
  flight.add(execute(), {
    kind: 'execute',
    forward: true,
    hold: true,
    withoutRows: silent,
    digest: silent ? undefined : new RowDigest(),
    retag: tag => toldAs(tagOf(tag)),
    onComplete: ({ tag, rows }) => {
      if (clauses.type === 'select') return undefined;
      if (tx.rows + tagCount(tag) > limits.rowsPerTransaction) return rowLimit;
      tx.rows += tagCount(tag);
      remember(tx, runnable, { tag: tagOf(tag), rows: silent ? '' : rows });
      return undefined;
    },
  });
  tx.loseUnnamed();
  await backend.fly(flight, 'sync');
  if (!flight.failure) return true;
  if (backend.lost) return false;
  const back = new Flight(undefined);
  backend.addHelper(back, 'backToGuard');
  await backend.fly(back, 'sync');
  return false;
}

function remember(tx: Transaction, { classified, sql, portal }: Runnable, { tag, rows }: Completion): void {
  const statement = portal?.statement ?? unnamedStatement(classified, sql);
  tx.addUnapplied({ statement, tail: portal?.tail ?? NO_VALUES, tag, rows });
}

/** Whether the SQL text may name that table. */
function isNamed(table: string, name: string): boolean {
  const [text, plain] = [table, name].map(each => each.replaceAll('"', '').toLowerCase()) as [string, string];
  return text === plain || text.endsWith(`.${plain}`);
}

/**
 * A conflict with a row that the snapshot does not show is none: the row counts as inserted. Whether DO NOTHING has met another version of
 * one that it shows, a query does not tell.
 */
function isOneNewRow({ classified }: Runnable, clauses: Extract<Clauses, { type: 'insert' }>): boolean {
  return (
    classified.maxRows === 1 &&
    !clauses.conditional &&
    clauses.onConflict !== 'nothing' &&
    clauses.returning === undefined
  );
}

const UNIQUE_INDEXES =
  'SELECT count(*) FROM pg_catalog.pg_index WHERE indrelid = pg_catalog.to_regclass($1) AND indisunique';

/** Of several keys of the new row the snapshot may show another one taken: PostgreSQL names the first that it meets. */
async function hasOneKey(table: string, query: CatalogQuery): Promise<boolean> {
  try {
    const [found] = await query(UNIQUE_INDEXES, [table]);
    return Number(found?.[0]) === 1;
  } catch (error) {
    if (error instanceof QueryFailed) return false;
    throw error;
  }
}

/** The query whose rows are the statement's answer. It fails where the statement might. */
async function queryFor(
  clauses: Exclude<Clauses, { type: 'insert' }>,
  query: CatalogQuery,
): Promise<string | undefined> {
  if (clauses.type === 'select') return clauses.text;
  const { table, alias, from, returning } = clauses;
  if (from !== undefined && returning !== undefined) return undefined;
  const distinct = from === undefined ? '' : `DISTINCT ON (${alias}.ctid) `;
  const sources = `${table} AS ${alias}${from === undefined ? '' : `, ${from}`}`;
  const where = clauses.where === undefined ? '' : ` WHERE ${clauses.where}`;
  const row = clauses.type === 'update' ? await newRow(clauses, query) : { columns: `${alias}.*`, doubts: [] };
  if (row === undefined) return undefined;
  // a division by zero where a constraint would be violated
  const checked = row.doubts.map(doubt => `1 / CASE WHEN ${doubt} THEN 0 ELSE 1 END = 1`).join(' AND ');
  return `SELECT ${returning ?? '1'} FROM (SELECT ${distinct}${row.columns} FROM ${sources}${where}) AS ${alias}${checked && ` WHERE ${checked}`}`;
}

const COLUMNS = `SELECT attname, quote_ident(attname), format_type(atttypid, atttypmod), attgenerated, attnotnull, atttypmod >= 0,
    EXISTS (SELECT FROM pg_catalog.pg_index i WHERE indrelid = a.attrelid AND indisunique AND (a.attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1]) OR indexprs IS NOT NULL OR indpred IS NOT NULL))
      OR EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = a.attrelid AND contype = 'f' AND a.attnum = ANY (conkey))
  FROM pg_catalog.pg_attribute a WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
const CHECKS = `SELECT pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`;

/** Columns and checks are asked for once in a while: on a hot row, hundreds of losers a second would ask. */
const REMEMBERED_MS = 1000;
const MOST_REMEMBERED = 1000;
type Remembered = { sinceMs: number; rows: (string | null)[][] };
const remembered = new WeakMap<SchemaFacts, Map<string, Remembered>>();

/** The same query, answered from memory as long as the schema is the same. `session`: what names mean. */
function remembering(query: CatalogQuery, schema: SchemaFacts, session: string): CatalogQuery {
  let known = remembered.get(schema);
  if (!known) remembered.set(schema, (known = new Map<string, Remembered>()));
  if (known.size > MOST_REMEMBERED) known.clear();
  const entries = known;
  return async (sql, params = []) => {
    const key = [sql, ...params, session].join('\0');
    const entry = entries.get(key);
    if (entry && performance.now() - entry.sinceMs < REMEMBERED_MS) return entry.rows;
    const rows = await query(sql, params);
    entries.set(key, { sinceMs: performance.now(), rows });
    return rows;
  };
}

/** The columns of a row after SET, and conditions under which it may not be so. @returns undefined where other rows have a say */
async function newRow(
  { table, alias, assignments }: Extract<Clauses, { type: 'update' }>,
  query: CatalogQuery,
): Promise<{ columns: string; doubts: string[] } | undefined> {
  const expressions = new Map(assignments.map(a => [a.column, a.expression]));
  const columns: string[] = [];
  const doubts: string[] = [];
  for (const [name, quoted, type, generated, notNull, sized, key] of await query(COLUMNS, [table])) {
    if (generated) return undefined;
    const expression = expressions.get(name ?? '');
    expressions.delete(name ?? '');
    columns.push(expression === undefined ? `${alias}.${quoted}` : `(${expression})::${type} AS ${quoted}`);
    if (expression === undefined) continue;
    if (key === 't' || (sized === 't' && !type?.startsWith('numeric'))) return undefined;
    if (notNull === 't') doubts.push(`${alias}.${quoted} IS NULL`);
  }
  if (expressions.size > 0) return undefined;
  for (const [check] of await query(CHECKS, [table])) doubts.push(`(${check}) IS FALSE`);
  return { columns: columns.join(', '), doubts };
}
