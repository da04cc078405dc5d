/**
 * INSERT … ON CONFLICT DO NOTHING that meets a row of its snapshot writes nothing and conflicts with nobody. PostgreSQL looks for that row
 * among the newest ones: where others have changed it since, the statement is refused (ExecCheckTupleVisible), and where they have removed
 * it, the key is taken. The statement is then run without the rows whose keys the snapshot shows taken; what is left means the same.
 */
import type { CatalogQuery } from '../ports';
import { parse } from '../../core/dialect/parser';
import { as } from '../../core/dialect/tree';
import type { Backend, Helper } from '../gateway/backend';
import { catalogQueryOn, QueryFailed } from '../gateway/catalog-query';
import { Flight } from '../gateway/flight';
import { SharedStatement } from '../gateway/statements';
import { NO_OIDS } from '../gateway/wire/client-messages';
import { clausesOf, type Clauses } from './clauses';
import type { Transaction } from './transaction';

type Insert = Extract<Clauses, { type: 'insert' }>;

const CONFLICT = /^on\s+conflict(?:\s*\(([^()]*)\)|\s+on\s+constraint\s+("[^"]+"|\w+))?\s*do\s+nothing$/i;

/** Name, as SQL text, and type to cast to; of strings none, whose casts cut off what is too long. */
const COLUMNS = `SELECT a.attname, quote_ident(a.attname), CASE WHEN t.typcategory <> 'S' THEN format_type(a.atttypid, NULL) END
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum`;

/** The unique indexes whose keys are columns of every row: their name, and the columns. */
const KEYS = `SELECT c.relname, json_agg(a.attname)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
  WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indisready AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT i.indnullsnotdistinct GROUP BY 1`;

const VIEW = `SELECT pg_get_viewdef(oid) FROM pg_catalog.pg_class WHERE oid = $1::regclass AND relkind = 'v'`;

const PARAMETERS = `SELECT array_to_json(parameter_types::oid[])::text FROM pg_catalog.pg_prepared_statements WHERE name = $1`;

/**
 * Has the statements of the transaction that insert or do nothing run without the rows whose keys are taken in its snapshot, from now on.
 * The transaction has not failed, or is back at its savepoint.
 * @returns whether there was one that did not yet
 */
export async function leaveTakenKeys(
  tx: Transaction,
  statements: readonly SharedStatement[],
  backend: Backend,
): Promise<boolean> {
  let found = false;
  for (const statement of statements) {
    if (tx.withoutTaken.has(statement.sql)) continue;
    const clauses = statement.classified.tag === 'INSERT' ? clausesOf(statement.sql) : undefined;
    if (clauses?.type !== 'insert' || clauses.onConflict !== 'nothing') continue;
    const narrowed = await guarded(backend, () => withoutTaken(statement, clauses, backend));
    if (!narrowed) continue;
    tx.withoutTaken.set(statement.sql, narrowed).set(narrowed.sql, narrowed);
    found = true;
  }
  return found;
}

/** What PostgreSQL refuses leaves no trace in the transaction. */
async function guarded<T>(backend: Backend, work: () => Promise<T>): Promise<T | undefined> {
  const help = async (helper: Helper): Promise<void> => {
    const flight = new Flight(undefined);
    backend.addHelper(flight, helper);
    await backend.fly(flight, 'sync');
  };
  await help('guard');
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error;
    await help('backToGuard');
    return undefined;
  }
}

/** @throws QueryFailed */
async function withoutTaken(
  { name, classified, oids, context }: SharedStatement,
  insert: Insert,
  backend: Backend,
): Promise<SharedStatement | undefined> {
  const query = catalogQueryOn(backend);
  const text = await narrowed(insert, query);
  if (text === undefined) return undefined;
  const types = name === '' ? oids : await typesOf(name, query);
  const statement = new SharedStatement(classified, text, '', types, context);
  backend.dropUnnamed();
  const flight = new Flight(undefined);
  flight.add(statement.parseMessage, { kind: 'parse', forward: false });
  await backend.fly(flight, 'sync');
  if (flight.failure) throw new QueryFailed(flight.failure.error);
  return statement;
}

/** The columns that the rows of the source are for, where the statement does not list them; undefined where its text does not tell how many. */
function widthOf(source: string): number | undefined {
  const parsed = parse(source);
  const select = parsed.type === 'tree' ? as(parsed.statements[0], 'SelectStmt') : undefined;
  const values = as(select?.valuesLists?.[0], 'List')?.items;
  const stars = select?.targetList?.some(
    item => as(as(as(item, 'ResTarget')?.val, 'ColumnRef')?.fields?.at(-1), 'A_Star') !== undefined,
  );
  return values?.length ?? (stars ? undefined : select?.targetList?.length);
}

/** @throws QueryFailed */
async function narrowed(insert: Insert, query: CatalogQuery): Promise<string | undefined> {
  const { table, alias, columns: listed, source, conflict = '', returning } = insert;
  const [, target, constraint] = CONFLICT.exec(conflict) ?? [];
  if (!CONFLICT.test(conflict)) return undefined;
  const known = await query(COLUMNS, [table]);
  const columns = listed?.map(each => known.find(([name]) => name === nameOf(each))) ?? known.slice(0, widthOf(source));
  const names = columns.map(column => column?.[0]);
  if (names.includes(undefined)) return undefined;
  const arbiters = (await keysOf(table, query)).flatMap(({ index, key }) => {
    const isMeant = constraint === undefined ? isTarget(key, target) : index === nameOf(constraint);
    return isMeant && key.every(name => names.includes(name)) ? [key] : [];
  });
  if (arbiters.length === 0) return undefined;
  const quoted = columns.map(column => column![1]).join(', ');
  const cast = columns.map(column => (column![2] ? `${column![1]}::${column![2]} AS ${column![1]}` : column![1]));
  // counted, not joined: the rows keep their order
  const free = arbiters.map(key => {
    const same = key.map(name => `taken.${quote(name)} = given.${quote(name)}`).join(' AND ');
    return `0 = (SELECT count(*) FROM ${table} AS taken WHERE ${same})`;
  });
  return `INSERT INTO ${table} AS ${alias} (${quoted})
    SELECT * FROM (SELECT ${cast.join(', ')} FROM (${source}) AS sent(${quoted})) AS given WHERE ${free.join(' AND ')}
    ${conflict}${returning === undefined ? '' : ` RETURNING ${returning}`}`;
}

/** Keys by the columns' names, of a view those of the table beneath that it shows; a row that it does not show is not found taken. @throws QueryFailed */
async function keysOf(table: string, query: CatalogQuery): Promise<{ index: string; key: string[] }[]> {
  const [[definition] = []] = await query(VIEW, [table]);
  if (definition == null)
    return (await query(KEYS, [table])).map(([index, json]) => ({
      index: index ?? '',
      key: JSON.parse(json ?? '[]') as string[],
    }));
  const { base, shown } = shownBy(definition);
  if (base === undefined) return [];
  return (await keysOf(base, query)).map(({ index, key }) => ({ index, key: key.map(name => shown.get(name) ?? '') }));
}

/** What a view is made from, as SQL text, where that is one relation, and by the names of its columns what the view calls them. */
function shownBy(definition: string): { base?: string; shown: ReadonlyMap<string, string> } {
  const parsed = parse(definition);
  const select = parsed.type === 'tree' ? as(parsed.statements[0], 'SelectStmt') : undefined;
  const shown = new Map<string, string>();
  for (const item of select?.targetList ?? []) {
    const target = as(item, 'ResTarget');
    const column = as(as(target?.val, 'ColumnRef')?.fields?.at(-1), 'String')?.sval;
    if (column !== undefined) shown.set(column, target?.name ?? column);
  }
  const table = as(select?.fromClause?.[0], 'RangeVar');
  const base = table && [table.schemaname, table.relname].flatMap(name => (name ? [quote(name)] : [])).join('.');
  return { base, shown };
}

/** The conflict target is the key, or there is none. */
function isTarget(key: readonly string[], target: string | undefined): boolean {
  if (target === undefined) return true;
  const names = new Set(target.split(',').map(nameOf));
  return names.size === key.length && key.every(name => names.has(name));
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What an identifier in SQL text names. */
function nameOf(identifier: string): string {
  const text = identifier.trim();
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}

/** The types of the parameters: in a query within the INSERT nothing tells them any more. */
async function typesOf(name: string, query: CatalogQuery): Promise<SharedStatement['oids']> {
  const [[types] = []] = await query(PARAMETERS, [name]);
  const numbers = JSON.parse(types ?? '[]') as string[];
  if (numbers.length === 0) return NO_OIDS;
  const bytes = Buffer.alloc(2 + 4 * numbers.length);
  bytes.writeUInt16BE(numbers.length);
  numbers.forEach((oid, at) => bytes.writeUInt32BE(Number(oid), 2 + 4 * at));
  return bytes;
}
