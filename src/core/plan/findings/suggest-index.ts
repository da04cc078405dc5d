import { sqlName } from '../../catalog/names';
import { property, type PlanNode } from '../model';
import { bareName, conditions } from './predicate';

/** Columns a predicate compares with constants: those with `=` first, as an index wants them. */
export function comparedColumns(predicate: string | undefined): string[] {
  const found = conditions(predicate).filter(c => c.column !== undefined && c.kind !== 'other');
  const names = [...found.filter(c => c.kind === 'equal'), ...found.filter(c => c.kind === 'range')];
  return [...new Set(names.map(c => c.column!))];
}

/** A key for the predicates: columns and expressions as SQL, `=` first, one range last: an index can use no second. */
export function keyFor(...predicates: (string | undefined)[]): string[] {
  const found = predicates.flatMap(conditions);
  const sql = (c: (typeof found)[number]): string => (c.column === undefined ? `(${c.expression})` : sqlName(c.column));
  const usable = found.filter(c => c.kind !== 'other' && (c.column ?? c.expression) !== undefined);
  const equal = usable.filter(c => c.kind === 'equal').map(sql);
  const range = usable.filter(c => c.kind === 'range').map(sql);
  return [...new Set([...equal, ...range.slice(0, 1)])];
}

/** The columns a node projects. */
export function projected(node: PlanNode | undefined): string[] {
  const list = node && property(node, 'Projections');
  return list ? (list.match(/"(?:[^"]|"")+"|[^\s,]+/g) ?? []).map(bareName) : [];
}

/** Every column that predicates compare, in whatever way. */
export function mentioned(...predicates: (string | undefined)[]): string[] {
  return [...new Set(predicates.flatMap(conditions).flatMap(c => c.column ?? []))];
}

/** The table as SQL names it; undefined for scans of nothing named. */
export function tableName(scan: PlanNode): string | undefined {
  if (scan.relation === undefined) return undefined;
  return `${scan.schema === undefined ? '' : `${sqlName(scan.schema)}.`}${sqlName(scan.relation)}`;
}

/**
 * `CREATE INDEX ASYNC ON payments (payer) INCLUDE (amount)`; undefined without a key. `key` is SQL (of `keyFor`), `include` are bare names.
 */
export function createIndex(
  scan: PlanNode,
  key: readonly string[],
  include: readonly string[] = [],
): string | undefined {
  const table = tableName(scan);
  if (key.length === 0 || table === undefined) return undefined;
  const extra = [...new Set(include.map(sqlName))].filter(c => !key.includes(c));
  const included = extra.length ? ` INCLUDE (${extra.join(', ')})` : '';
  return `CREATE INDEX ASYNC ON ${table} (${key.join(', ')})${included}`;
}
