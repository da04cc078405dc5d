/**
 * PostgreSQL lets a transaction insert a key that another one has freed after its snapshot, and remove a row that has lost its last
 * reference since: for constraints only the newest rows count. In the snapshot the key is still taken, and the row referred to.
 */
import type { Classified } from '../../core/dialect/contract';
import { EVERY_RELATION } from '../../core/dialect/relations';
import { runText } from '../gateway/catalog-query';
import type { Backend } from '../gateway/backend';
import type { ForeignKey, SchemaFacts } from '../gateway/control';
import { beneath, plainName, targetsOf } from './claims';
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

  /** Whether keys of the table were freed after the transaction's snapshot. */
  areFreed(table: string, { freedSequence }: Transaction): boolean {
    return Math.max(this.last.get(table) ?? 0, this.last.get(EVERY_RELATION) ?? 0) > freedSequence;
  }

  /** The same, also by another transaction that commits while a statement runs. */
  mayBeFreed(table: string, tx: Transaction): boolean {
    if (this.areFreed(table, tx)) return true;
    for (const other of this.open)
      if (other !== tx && other.frees.some(freed => freed === table || freed === EVERY_RELATION)) return true;
    return false;
  }
}

const DO_UPDATE = /\bdo\s+update\b/i;
const SET = /\bset\b(.*?)(?:\bwhere\b|\breturning\b|$)/is;

/** Unqualified names of the tables of which the statement may free keys: by removing rows or changing their keys. */
export function freedBy(c: Classified, schema: SchemaFacts): readonly string[] {
  const isInsert = c.tag === 'INSERT' && c.writeTargets.length === 1;
  if (!c.writes || (isInsert && !DO_UPDATE.test(c.text))) return [];
  const tables = targetsOf(c, schema);
  if ((isInsert || c.tag === 'UPDATE') && tables.length === 1) {
    const assigned = SET.exec(c.text)?.[1]?.toLowerCase() ?? '';
    const columns = schema.foreignKeys.flatMap(key => (key.child === tables[0] ? key.columns : []));
    if (![...columns, ...(schema.keyColumns.get(tables[0]!) ?? [])].some(column => assigned.includes(column)))
      return [];
  }
  return tables.some(table => schema.cascading.has(table)) || tables.length === 0 ? [EVERY_RELATION] : tables;
}

/** What a statement may have done that the snapshot does not allow. */
export interface Doubts {
  /** Tables of which it writes keys that others have freed since. */
  tables: readonly string[];
  /** Foreign keys that lead to rows it removes, and of whose children others have removed references since. */
  references: readonly ForeignKey[];
}

/** Names of the tables that the statement writes, with their schemas where it is known: those beneath a view. */
const written = ({ writeTargets }: Classified, schema: SchemaFacts): readonly string[] =>
  writeTargets.flatMap(name => [name, ...beneath(plainName(name), schema).map(base => `${base.schema}.${base.name}`)]);

/** `isFreed`: of which tables, by unqualified names. @returns undefined without any doubt */
export function doubtsOf(c: Classified, isFreed: (table: string) => boolean, schema: SchemaFacts): Doubts | undefined {
  const tables = c.tag === 'DELETE' ? [] : written(c, schema).filter(table => isFreed(plainName(table)));
  const removed = freedBy(c, schema);
  const references = schema.foreignKeys.filter(
    ({ child, parent }) => (removed.includes(parent) || removed.includes(EVERY_RELATION)) && isFreed(child),
  );
  return tables.length + references.length > 0 ? { tables, references } : undefined;
}

/** Whether the transaction sees what its snapshot does not allow. @throws QueryFailed */
export async function seesViolation(backend: Backend, { tables, references }: Doubts): Promise<boolean> {
  for (const table of tables) if (await seesKeyTwice(backend, table)) return true;
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

/** Whether the transaction sees a key of the table twice: its own row, and one that is gone by now. */
async function seesKeyTwice(backend: Backend, table: string): Promise<boolean> {
  const dot = table.lastIndexOf('.');
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const name = dot < 0 ? quote(table) : `${quote(table.slice(0, dot))}.${quote(table.slice(dot + 1))}`;
  for (const [keys, same, held] of await runText(backend, UNIQUE_INDEXES, [name])) {
    const rows = `(SELECT ctid AS place, xmin AS writer, ${keys} FROM ${name} WHERE ${held})`;
    const twice = await runText(
      backend,
      `SELECT 1 FROM ${rows} a JOIN ${rows} b ON ${same} AND a.place <> b.place
       WHERE NOT pg_visible_in_snapshot(a.writer::text::xid8, pg_current_snapshot()) LIMIT 1`,
    );
    if (twice.length > 0) return true;
  }
  return false;
}
