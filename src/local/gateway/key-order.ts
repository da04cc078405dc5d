/** Plain reads of a table in the order of its primary key, as DSQL's storage gives them; see `key-scan.ts`. */
import type { Classified, NamedRelation } from '../../core/dialect/contract';
import { orderedBy, type KeyScan } from '../../core/dialect/key-scan';
import { replaced } from '../../core/dialect/replacements';
import { identifier } from '../../core/dialect/sql-text';
import { keyOf } from '../adjudicator/catalog-changes';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import type { SchemaFacts, TableKey } from './schema-facts';
import type { FlightFailure } from './flight';
import { SharedStatement } from './statements';

type Reader = Pick<ClientState, 'tx' | 'searchPath'>;
type Catalogue = Pick<GatewayContext, 'schema' | 'schemaSequence' | 'catalog'>;

/** The statement with the order in its text, where its table has one. */
export function inKeyOrder(c: Classified, reader: Reader, context: Catalogue): Classified {
  const columns = orderOf(c, reader, context);
  return columns === undefined ? c : withOrder(c, columns);
}

const withOrder = (c: Classified, columns: string): Classified => {
  const replacements = [orderedBy(c.sql, columns)];
  return { ...c, sql: replaced(c.sql, replacements), replacements };
};

/** What has been made of statements that PostgreSQL keeps prepared, one for each order they were asked for in. */
const made = new WeakMap<SharedStatement, Map<string, SharedStatement>>();

/** The same of a statement to be prepared; another one once the key has changed. */
export function orderedStatement(statement: SharedStatement, reader: Reader, context: Catalogue): SharedStatement {
  const columns = orderOf(statement.classified, reader, context);
  if (columns === undefined) return statement;
  const orders = made.get(statement) ?? new Map<string, SharedStatement>();
  made.set(statement, orders);
  const known = orders.get(columns);
  if (known) return known;
  const classified = withOrder(statement.classified, columns);
  const name = statement.name && `${statement.name}_${orders.size}`;
  const ordered = new SharedStatement(classified, classified.sql, name, statement.oids, statement.context);
  orders.set(columns, ordered);
  return ordered;
}

/** The columns, as SQL writes them; undefined where DSQL may read another index, at most one row, or in no order to be known. */
function orderOf({ keyScan, named }: Classified, reader: Reader, context: Catalogue): string | undefined {
  if (!keyScan || !named || reader.tx?.ddl || context.schemaSequence !== context.catalog.sequence) return undefined;
  const { schema } = context;
  if (keyScan.functions.some(name => schema.aggregates.has(name))) return undefined;
  const key = keyIn(named[0]!, reader, schema);
  if (!key || key.columns.length === 0 || key.columns.every(column => keyScan.equal.includes(column))) return undefined;
  if (mayReadOther(keyScan, key)) return undefined;
  const table = identifier(keyScan.alias);
  return key.columns.map(column => `${table}.${identifier(column)}`).join(', ');
}

function keyIn({ schema, name }: NamedRelation, reader: Reader, { keys }: SchemaFacts): TableKey | undefined {
  if (schema !== undefined) return keys.get(keyOf(schema, name));
  for (const each of reader.searchPath) {
    const found = keys.get(keyOf(each, name));
    if (found) return found;
  }
  return undefined;
}

/** An index that WHERE may look into, or one that holds all that is asked for; each holds the key, too. */
function mayReadOther({ columns, conditions }: KeyScan, key: TableKey): boolean {
  return key.others.some(
    ([holds, leads]) =>
      leads.some(column => conditions.includes(column)) ||
      columns?.every(column => holds.includes(column) || key.columns.includes(column)) === true,
  );
}

/** PostgreSQL knows no column of a name that the order was given by: the key has been renamed or made anew since it was looked up. */
export function missesKey({ step: { classified }, error: { sqlstate, position } }: FlightFailure): boolean {
  const inserted = classified?.keyScan && classified.replacements?.[0];
  if (sqlstate !== '42703' || !inserted || position === undefined) return false;
  const offset = [...classified.sql].slice(0, position - 1).join('').length;
  return offset >= inserted.start && offset < inserted.start + inserted.text.length;
}
