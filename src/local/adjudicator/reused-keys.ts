/**
 * PostgreSQL lets a transaction insert a key that another one has freed after its snapshot, and remove a row that has lost its last
 * reference since: for constraints only the newest rows count. In the snapshot the key is still taken, and the row referred to.
 */
import type { Classified } from '../../core/dialect/contract';
import { EVERY_RELATION } from '../../core/dialect/relations';
import { identifier } from '../../core/dialect/sql-text';
import { runText } from '../gateway/catalog-query';
import type { Backend } from '../gateway/backend';
import type { ForeignKey, SchemaFacts } from '../gateway/schema-facts';
import { keyOf } from './catalog-changes';
import { beneath, callsWriter, nameIn, targetsOf } from './claims';
import type { LockProbe } from './lock-probe';
import { hasPassedKey, type OwnRows } from './passed-keys';
import type { Transaction } from './transaction';

/** Which tables committed transactions have freed keys of, and when; which ones open transactions may. */
export class FreedKeys {
  /** Grows with each commit that freed keys. */
  sequence = 0;
  private readonly last = new Map<string, number>();
  private readonly open = new Set<Transaction>();

  /** A statement of the transaction may free keys of these tables. */
  add(tx: Transaction, tables: readonly string[]): void {
    if (tables.length === 0) return;
    tx.frees.push(...tables);
    this.open.add(tx);
    tx.onEnded = () => this.open.delete(tx);
  }

  /** A transaction that freed keys of these tables has committed. */
  committed(tables: readonly string[]): void {
    this.sequence++;
    for (const table of tables) this.last.set(table, this.sequence);
  }

  /** Nobody has freed keys since the transaction's snapshot, or may at this moment. */
  isQuiet(tx: Transaction): boolean {
    return this.sequence === tx.freedSequence && this.open.size === (this.open.has(tx) ? 1 : 0);
  }

  /**
   * Whether keys of the table may have been freed after the transaction's snapshot. What has been answered by now can have used no others:
   * who has not sent COMMIT holds its keys.
   */
  areFreed(table: string, tx: Transaction): boolean {
    const last = Math.max(this.last.get(table) ?? 0, this.last.get(EVERY_RELATION) ?? 0);
    return last > tx.freedSequence || this.isFreeing(table, tx, true);
  }

  /** The same, also by another transaction that commits while a statement runs. */
  mayBeFreed(table: string, tx: Transaction): boolean {
    return this.areFreed(table, tx) || this.isFreeing(table, tx, false);
  }

  private isFreeing(table: string, tx: Transaction, whileCommitting: boolean): boolean {
    for (const other of this.open)
      if (
        other !== tx &&
        (other.committing || !whileCommitting) &&
        other.frees.some(freed => freed === table || freed === EVERY_RELATION)
      )
        return true;
    return false;
  }
}

const DO_UPDATE = /\bdo\s+update\b/i;

/** Unqualified names of the tables of which the statement may free keys: by removing rows or changing their keys. */
export function freedBy(c: Classified, schema: SchemaFacts): readonly string[] {
  if (callsWriter(c, schema)) return [EVERY_RELATION];
  const isInsert = c.tag === 'INSERT' && c.writeTargets.length === 1;
  if (!c.writes || (isInsert && !DO_UPDATE.test(c.text)) || leavesKeys(c, schema)) return [];
  const tables = targetsOf(c, schema);
  return tables.some(table => schema.cascading.has(table)) || tables.length === 0 ? [EVERY_RELATION] : tables;
}

/** An UPDATE, also that of INSERT … ON CONFLICT, of other columns than those of keys and foreign keys. */
function leavesKeys(c: Classified, schema: SchemaFacts): boolean {
  const { assigns } = c;
  if (!assigns) return false;
  const [table, ...others] = targetsOf(c, schema);
  if (table === undefined || others.length > 0) return false;
  const isAssigned = (column: string): boolean => assigns.includes(column);
  return (
    !schema.keyColumns.get(table)?.some(isAssigned) &&
    !schema.foreignKeys.some(({ child, columns }) => child === table && columns.some(isAssigned))
  );
}

/** What a statement may have done that the snapshot does not allow. */
export interface Doubts {
  /** Tables of which it writes keys that others have freed since, by `NamedRelation.key`. */
  tables: readonly string[];
  /** It may write any table, by a function: those that the transaction has written count. */
  byFunction: boolean;
  /** Foreign keys that lead to rows it removes, and of whose children others have removed references since. */
  references: readonly ForeignKey[];
}

/** The tables that the statement may write, by `NamedRelation.key`: in place of a view those beneath it. */
const written = (c: Classified, schema: SchemaFacts): readonly string[] =>
  (callsWriter(c, schema) ? [...schema.keys.keys()] : c.writeTargets)
    .flatMap(name => [name, ...beneath(nameIn(name), schema).map(base => keyOf(base.schema, base.name))])
    .filter(name => !schema.views.has(nameIn(name)) || schema.keyColumns.has(nameIn(name)));

/** `isFreed`: of which tables, by unqualified names. @returns undefined without any doubt */
export function doubtsOf(c: Classified, isFreed: (table: string) => boolean, schema: SchemaFacts): Doubts | undefined {
  const byFunction = callsWriter(c, schema);
  const takesKeys = byFunction || (c.tag !== 'DELETE' && !(c.tag === 'UPDATE' && leavesKeys(c, schema)));
  const named = takesKeys ? written(c, schema).filter(table => isFreed(nameIn(table))) : [];
  const removed = freedBy(c, schema);
  const references = schema.foreignKeys.filter(
    ({ child, parent }) => (removed.includes(parent) || removed.includes(EVERY_RELATION)) && isFreed(child),
  );
  // children follow their parents, and take keys by that
  const carried = removed.includes(EVERY_RELATION)
    ? references.map(({ childSchema, child }) => keyOf(childSchema, child))
    : [];
  const tables = [...new Set([...named, ...carried])];
  const checked = references.filter(({ deferrable }) => !deferrable);
  return tables.length + checked.length > 0 ? { tables, byFunction, references: checked } : undefined;
}

/** Foreign keys whose checks may be put off, that lead to rows the statement removes, and of whose children others have removed references. */
export const deferredOf = (
  c: Classified,
  isFreed: (table: string) => boolean,
  schema: SchemaFacts,
): readonly ForeignKey[] => {
  const removed = freedBy(c, schema);
  return schema.foreignKeys.filter(
    ({ child, parent, deferrable }) =>
      deferrable && (removed.includes(parent) || removed.includes(EVERY_RELATION)) && isFreed(child),
  );
};

/** What a transaction has done that its snapshot does not allow. */
export type Reuse =
  /** It sees a key twice, or a reference to nothing: the statement should have been refused. */
  | 'violation'
  /** It has written a key that others have made and freed again: it can no longer commit. */
  | 'conflict';

/** Asked behind the statement. @throws QueryFailed */
export async function reuseOf(
  backend: Backend,
  { tables, byFunction, references }: Doubts,
  probe: LockProbe,
): Promise<Reuse | undefined> {
  let reuse: Reuse | undefined;
  const written = byFunction ? await writtenTables(backend) : undefined;
  for (const table of written ? tables.filter(each => written.has(each)) : tables) {
    const own = await ownRows(backend, table);
    if (own === 'not searched' || (own && (await seesKeyTwice(backend, own)))) return 'violation';
    if (own && !reuse && (await hasPassedKey(own, probe))) reuse = 'conflict';
  }
  const left = written
    ? references.filter(({ parentSchema, parent }) => written.has(keyOf(parentSchema, parent)))
    : references;
  return (await seesOrphan(backend, left)) ? 'violation' : reuse;
}

/** The tables that the transaction may have written, and that its client may read, by `keyOf`. */
async function writtenTables(backend: Backend): Promise<Set<string>> {
  const rows = await runText(
    backend,
    `SELECT n.nspname, c.relname FROM pg_catalog.pg_locks l
       JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE l.pid = pg_catalog.pg_backend_pid() AND l.mode = 'RowExclusiveLock' AND c.relkind = 'r'
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')`,
  );
  return new Set(rows.map(([schema, name]) => keyOf(schema ?? '', name ?? '')));
}

/** Whether the transaction sees a reference to nothing. @throws QueryFailed */
export async function seesOrphan(backend: Backend, references: readonly ForeignKey[]): Promise<boolean> {
  for (const { childTable, parentTable, columns, match } of references) {
    const given = columns.map(column => `c."${column.replaceAll('"', '""')}" IS NOT NULL`).join(' AND ');
    const orphan = `SELECT 1 FROM ${childTable} c WHERE ${given} AND NOT EXISTS (SELECT FROM ${parentTable} p WHERE ${match}) LIMIT 1`;
    if ((await runText(backend, orphan)).length > 0) return true;
  }
  return false;
}

/** Of each unique index the keys, when two are the same, and which rows it holds. */
const UNIQUE_INDEXES = `SELECT string_agg(format('%s AS k%s', pg_catalog.pg_get_indexdef(i.indexrelid, n, true), n), ', '),
    string_agg(format('a.k%1$s %2$s b.k%1$s', n, CASE WHEN i.indnullsnotdistinct THEN 'IS NOT DISTINCT FROM' ELSE '=' END), ' AND '),
    coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true')
  FROM pg_catalog.pg_index i, generate_series(1, i.indnkeyatts) n
  WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indisready GROUP BY i.indexrelid, i.indpred, i.indrelid`;

/** Larger tables are not searched for own rows. About a second's work. */
const SEARCHED_BYTES = 256 * 1024 * 1024;

/** The rows of the table that the transaction has written: those no older than its number. `table` as in `Doubts` */
async function ownRows(backend: Backend, table: string): Promise<OwnRows | 'not searched' | undefined> {
  const name = table.split('\0').map(identifier).join('.');
  const [size] = await runText(backend, 'SELECT pg_catalog.pg_relation_size($1::regclass)', [name]);
  if (Number(size?.[0]) > SEARCHED_BYTES) return 'not searched';
  const [own] = await runText(
    backend,
    `SELECT $1::regclass::oid, pg_catalog.array_agg(ctid), pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
     FROM ${name} WHERE pg_catalog.age(xmin) <= 0`,
    [name],
  );
  const [oid, places, since] = own ?? [];
  return oid && places && since ? { name, table: oid, places, since } : undefined;
}

/** Whether the transaction sees a key of the table twice: its own row's, and that of one which is gone by now. */
async function seesKeyTwice(backend: Backend, { name, places }: OwnRows): Promise<boolean> {
  for (const [keys, same, held] of await runText(backend, UNIQUE_INDEXES, [name])) {
    const rows = `(SELECT ctid AS place, ${keys} FROM ${name} WHERE ${held})`;
    const twice = await runText(
      backend,
      `SELECT 1 FROM unnest($1::tid[]) own JOIN ${rows} a ON a.place = own JOIN ${rows} b ON ${same} AND a.place <> b.place LIMIT 1`,
      [places],
    );
    if (twice.length > 0) return true;
  }
  return false;
}
