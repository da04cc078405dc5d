import { sqlName } from '../../dialect/names';
import type { CatalogFacts, IndexFacts, TableFacts } from './catalog-facts';
import { property, type PlanNode } from '../model';
import { bareName, columnsOf, conditions, unwrapped, type Owner } from './predicate';

/** Columns that an index may have in its key. */
const MAX_KEY_COLUMNS = 8;

/** A key for predicates of a scan: columns and expressions as SQL, `=` first, one range last: an index can use no second. */
export function keyFor(scan: Partial<PlanNode>, ...predicates: (string | undefined)[]): string[] {
  const { relation, alias } = scan;
  const found = predicates.flatMap(p => conditions(p, { relation, alias, castsOthers: isLeftByStorage(scan, p) }));
  const sql = (c: (typeof found)[number]): string => (c.column === undefined ? `(${c.expression})` : sqlName(c.column));
  const usable = found.filter(c => c.kind !== 'other' && (c.column ?? c.expression) !== undefined);
  const equal = usable.filter(c => c.kind === 'equal').map(sql);
  const range = usable.filter(c => c.kind === 'range').map(sql);
  return [...new Set([...equal, ...range.filter(r => !equal.includes(r)).slice(0, 1)])].slice(0, MAX_KEY_COLUMNS);
}

/** Storage compares text as text: what it has left to the query processor is a cast of something else. */
const isLeftByStorage = (
  { properties = [], children = [] }: Partial<PlanNode>,
  predicate: string | undefined,
): boolean =>
  children.some(({ type }) => type === 'Storage Scan') &&
  properties.some(({ name, value }) => name === 'Filter' && value === predicate);

/** The columns a node projects. */
export function projected(node: PlanNode | undefined): string[] {
  const list = node && property(node, 'Projections');
  return list ? (list.match(/"(?:[^"]|"")+"|[^\s,]+/g) ?? []).map(bareName) : [];
}

/** Every column of the scan's table that predicates name. */
export function mentioned(scan: Owner, ...predicates: (string | undefined)[]): string[] {
  return [...new Set(predicates.flatMap(p => (p === undefined ? [] : columnsOf(p, scan))))];
}

/** The table as SQL names it; undefined for scans of nothing named. */
export function tableName(scan: PlanNode): string | undefined {
  if (scan.relation === undefined) return undefined;
  return `${scan.schema === undefined ? '' : `${sqlName(scan.schema)}.`}${sqlName(scan.relation)}`;
}

/** The index a scan is better off with. */
export interface WantedIndex {
  /** Columns and expressions as SQL (of `keyFor`). */
  key: readonly string[];
  /** Bare names. */
  include?: readonly string[];
}

/**
 * `CREATE INDEX ASYNC ON payments (payer) INCLUDE (amount)`; undefined without a key, with more columns than a key may have, and when the
 * catalogue has an index that does the same.
 */
export function createIndex(
  scan: PlanNode,
  { key, include = [] }: WantedIndex,
  catalog?: CatalogFacts,
): string | undefined {
  const table = tableName(scan);
  if (key.length === 0 || key.length > MAX_KEY_COLUMNS || table === undefined) return undefined;
  const extra = [...new Set(include.map(sqlName))].filter(c => !key.includes(c));
  if (tableFacts(scan, catalog)?.indexes.some(index => serves(index, key, extra))) return undefined;
  const included = extra.length ? ` INCLUDE (${extra.join(', ')})` : '';
  return `CREATE INDEX ASYNC ON ${table} (${key.join(', ')})${included}`;
}

/** True when an index starts with this key and has these columns besides: one more like it would only cost writes. */
function serves(index: IndexFacts, key: readonly string[], extra: readonly string[]): boolean {
  const own = keyOf(index);
  if (index.predicate !== undefined || key.some((column, i) => own[i] !== column)) return false;
  return (
    index.primary === true ||
    extra.every(c => own.includes(c) || (index.include ?? []).map(name => sqlName(bareName(name))).includes(c))
  );
}

/** The key of an index of the catalogue, as `keyFor` writes it. */
export function keyOf(index: IndexFacts): string[] {
  return index.key.map(part => {
    const sql = part.replace(/ NULLS (?:FIRST|LAST)$/, '');
    if (sql.startsWith('"') || !sql.includes('(')) return sqlName(bareName(sql));
    return `(${unwrapped(sql)})`;
  });
}

/** A valid index whose first column the predicates name, but inside a function, arithmetic or a cast, so that it cannot be looked up. */
export function indexKeptOut(
  scan: PlanNode,
  catalog: CatalogFacts | undefined,
  ...predicates: (string | undefined)[]
): { index: string; column: string } | undefined {
  const named = mentioned(scan, ...predicates).map(sqlName);
  const compared = keyFor(scan, ...predicates);
  for (const index of tableFacts(scan, catalog)?.indexes ?? []) {
    const [column] = keyOf(index);
    if (index.valid && column !== undefined && named.includes(column) && !compared.includes(column))
      return { index: index.name, column };
  }
  return undefined;
}

/** What the catalogue knows of the table that a scan reads. */
export function tableFacts(scan: PlanNode, catalog: CatalogFacts | undefined): TableFacts | undefined {
  return catalog?.tables.find(
    t => t.name === scan.relation && (scan.schema === undefined || (t.schema ?? 'public') === scan.schema),
  );
}
