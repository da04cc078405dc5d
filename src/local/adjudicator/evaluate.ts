import type { CatalogQuery } from '../ports';
import type { Batch } from '../gateway/batch';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import { Flight } from '../gateway/flight';
import type { Runnable } from '../gateway/runnable';
import { bind, describePortal, execute, NO_OIDS, NO_VALUES, parse } from '../gateway/wire/client-messages';
import { commandComplete, tagCount } from '../gateway/wire/server-messages';
import { clausesOf, type Clauses } from './clauses';
import { insertedRows, insertQuery } from './evaluate-insert';
import type { Transaction } from './transaction';

/**
 * Answers a statement of a doomed transaction as if it had run: a row that another transaction changed after this one's snapshot cannot
 * be written any more, but what an UPDATE or DELETE would have answered is a query over the old snapshot.
 * @returns false where that cannot be computed.
 */
export async function evaluate(batch: Batch, tx: Transaction, runnable: Runnable): Promise<boolean> {
  const { backend } = tx;
  if (!backend || runnable.collect || runnable.maxRows > 0) return false;
  const clauses = clausesOf(runnable.sql);
  if (!clauses) return false;
  if (clauses.type === 'insert' && clauses.returning === undefined) {
    const rows = insertedRows(clauses, runnable.classified.maxRows);
    if (rows !== undefined) return answerInsert(batch, tx, rows);
  }
  let sql: string | undefined;
  try {
    sql = await queryFor(clauses, catalogQueryOn(backend));
  } catch (error) {
    if (error instanceof QueryFailed) return false;
    throw error;
  }
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
  const verb = clauses.type.toUpperCase();
  flight.add(execute(), {
    kind: 'execute',
    forward: true,
    hold: true,
    withoutRows: silent,
    retag: tag => {
      if (clauses.type !== 'select') tx.rows += tagCount(tag);
      return `${verb} ${clauses.type === 'insert' ? '0 ' : ''}${tagCount(tag)}`;
    },
  });
  tx.losePortals();
  await backend.fly(flight, 'sync');
  if (!flight.failure) return true;
  if (backend.lost) return false;
  const back = new Flight(undefined);
  backend.addHelper(back, 'backToGuard');
  await backend.fly(back, 'sync');
  return false;
}

/** Answers an INSERT whose number of rows is known from its text. */
function answerInsert(batch: Batch, tx: Transaction, rows: number): boolean {
  tx.losePortals();
  tx.rows += rows;
  batch.emit(commandComplete(`INSERT 0 ${rows}`));
  return true;
}

/** The query whose rows are the statement's answer. */
async function queryFor(clauses: Clauses, query: CatalogQuery): Promise<string | undefined> {
  if (clauses.type === 'select') return clauses.text;
  if (clauses.type === 'insert') return insertQuery(clauses, query);
  const { table, alias, from, returning } = clauses;
  if (from !== undefined && returning !== undefined) return undefined;
  const distinct = from === undefined ? '' : `DISTINCT ON (${alias}.ctid) `;
  const sources = `${table} AS ${alias}${from === undefined ? '' : `, ${from}`}`;
  const where = clauses.where === undefined ? '' : ` WHERE ${clauses.where}`;
  const columns = clauses.type === 'update' ? await newRow(clauses, query) : `${alias}.*`;
  if (columns === undefined) return undefined;
  return `SELECT ${returning ?? '1'} FROM (SELECT ${distinct}${columns} FROM ${sources}${where}) AS ${alias}`;
}

const COLUMNS = `SELECT attname, quote_ident(attname), format_type(atttypid, atttypmod), attgenerated FROM pg_catalog.pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;

/** The columns of a row after SET. */
async function newRow(
  { table, alias, assignments }: Extract<Clauses, { type: 'update' }>,
  query: CatalogQuery,
): Promise<string | undefined> {
  const expressions = new Map(assignments.map(a => [a.column, a.expression]));
  const columns: string[] = [];
  for (const [name, quoted, type, generated] of await query(COLUMNS, [table])) {
    if (generated) return undefined;
    const expression = expressions.get(name ?? '');
    expressions.delete(name ?? '');
    columns.push(expression === undefined ? `${alias}.${quoted}` : `(${expression})::${type} AS ${quoted}`);
  }
  return expressions.size === 0 ? columns.join(', ') : undefined;
}
