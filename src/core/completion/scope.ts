/** Which tables a place in a statement can name columns of. */
import type { CatalogSnapshot, SnapshotRelation } from '../catalog/snapshot';
import { outputColumns, type OutputColumn } from './output-columns';
import { armOf, isName, isSymbol, isWord, SET_OPERATORS, type Frame, type Item, type WordItem } from './statement';

/** A table as a statement names it. */
export interface TableRef {
  /** How columns are prefixed: the alias, else the table's own name. */
  alias: string;
  /** Undefined for subqueries and what the catalogue does not know. */
  relation?: SnapshotRelation;
  columns: OutputColumn[];
  /** The target of INSERT, UPDATE, DELETE or of a DDL statement. */
  target: boolean;
  start: number;
}

/** A common table expression in sight. */
export interface CommonTable {
  name: string;
  columns: OutputColumn[];
}

/** The catalogue's table by its name as written, over the search path when no schema is. */
export function findRelation(
  catalog: CatalogSnapshot,
  name: string,
  schema: string | undefined,
): SnapshotRelation | undefined {
  const of = (place: string) => catalog.relations.find(relation => relation.schema === place && relation.name === name);
  if (schema !== undefined) return of(schema);
  for (const place of catalog.searchPath) {
    const relation = of(place);
    if (relation) return relation;
  }
  return undefined;
}

/** Tables in sight of a place: of its own query, and of those around it that a subquery may refer to. Innermost first. */
export function tablesInSight(frame: Frame, index: number, catalog: CatalogSnapshot, depth = 0): TableRef[] {
  const arm = armOf(frame, index);
  const own = tablesOf(arm, frame, catalog, depth);
  const { parent } = frame;
  return parent && seesOutside(frame) ? [...own, ...tablesInSight(parent, frame.at, catalog, depth)] : own;
}

/** Common table expressions in sight: of the place's frame and of those around it. */
export function commonTablesInSight(frame: Frame, catalog: CatalogSnapshot, depth = 0): CommonTable[] {
  const tables: CommonTable[] = [];
  let inside: Frame | undefined;
  for (let at: Frame | undefined = frame; at; inside = at, at = at.parent) {
    tables.push(...commonTablesOf(at, inside, catalog, depth));
  }
  return tables;
}

/** A table expression in FROM and a common table expression stand by themselves; any other parenthesis may look outside. */
function seesOutside(frame: Frame): boolean {
  const { parent, at } = frame;
  if (!parent) return false;
  const opens = isWord(firstToken(frame), 'select', 'with', 'values', 'insert', 'update', 'delete');
  if (!opens) return true;
  const before = parent.items[at - 1];
  if (isWord(before, 'lateral')) return true;
  if (isWord(before, 'as', 'materialized') && parent.items.slice(0, at).some(item => isWord(item, 'with')))
    return false;
  return !isWord(before, 'from', 'join') && !(isSymbol(before, ',') && isInFrom(parent.items, at));
}

const firstToken = (frame: Frame): Item | undefined => frame.items.find(item => item.type !== 'cursor');

const ENDS_FROM = [
  ...['where', 'group', 'order', 'having', 'limit', 'offset', 'fetch', 'for', 'set', 'values', 'returning', 'window'],
  ...['select', ...SET_OPERATORS],
];

/** Whether an index lies in the list of FROM, or of USING in a DELETE. */
export function isInFrom(items: readonly Item[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const item = items[at];
    if (isWord(item, 'from') && !isWord(items[at - 1], 'distinct')) return true;
    if (isWord(item, 'using') && items.slice(0, at).some(other => isWord(other, 'delete'))) return true;
    if (isWord(item, ...ENDS_FROM)) return false;
  }
  return false;
}

/** Whether the item at `at` is a word after which a table stands; `target` for what is written to or changed. */
export function introducesTable(items: readonly Item[], at: number): 'source' | 'target' | undefined {
  const item = items[at];
  const before = items[at - 1];
  if (isWord(item, 'from'))
    return isWord(before, 'distinct') ? undefined : isWord(before, 'delete') ? 'target' : 'source';
  if (isWord(item, 'join')) return 'source';
  if (isWord(item, 'into', 'references')) return 'target';
  if (isWord(item, 'update')) return isWord(before, 'for', 'do', 'on', 'key', 'no') ? undefined : 'target';
  if (isWord(item, 'using')) return items.slice(0, at).some(other => isWord(other, 'delete')) ? 'source' : undefined;
  if (isWord(item, 'table')) return isWord(before, 'alter') ? 'target' : undefined;
  if (isWord(item, 'on')) return items.slice(0, at).some(other => isWord(other, 'index')) ? 'target' : undefined;
  if (isWord(item, 'analyze')) return items.slice(0, at).every(other => other.type === 'cursor') ? 'target' : undefined;
  return undefined;
}

function tablesOf(items: readonly Item[], frame: Frame, catalog: CatalogSnapshot, depth: number): TableRef[] {
  const refs: TableRef[] = [];
  const resolve: Resolve = { catalog, frame, depth };
  items.forEach((_, at) => {
    const introduced = introducesTable(items, at);
    if (introduced) {
      const ref = readTable(items, at + 1, introduced === 'target', resolve);
      if (ref) refs.push(ref);
    } else if (isSymbol(items[at], ',') && isInFrom(items, at)) {
      const ref = readTable(items, at + 1, false, resolve);
      if (ref) refs.push(ref);
    }
  });
  const target = refs.find(ref => ref.target);
  if (target && items.some((item, at) => isWord(item, 'conflict') && isWord(items[at - 1], 'on'))) {
    refs.push({ ...target, alias: 'excluded', target: false });
  }
  return refs;
}

interface Resolve {
  catalog: CatalogSnapshot;
  frame: Frame;
  depth: number;
}

function readTable(
  items: readonly Item[],
  from: number,
  target: boolean,
  { catalog, frame, depth }: Resolve,
): TableRef | undefined {
  let at = from;
  while (
    isWord(items[at], 'only', 'lateral', 'async') ||
    (isWord(items[at], 'if') && isWord(items[at + 1], 'exists'))
  ) {
    at += isWord(items[at], 'if') ? 2 : 1;
  }
  const first = items[at];
  if (first?.type === 'group') {
    const alias = aliasAt(items, at + 1);
    if (!alias) return undefined;
    return {
      alias: alias.name,
      columns: renamed(depth > MAX_DEPTH ? [] : columnsOf(first.frame, catalog, depth + 1), alias.columns),
      target: false,
      start: first.start,
    };
  }
  if (!isName(first)) return undefined;
  const parts = [first.name];
  while (isSymbol(items[at + 1], '.') && items[at + 2]?.type === 'token' && isName(items[at + 2])) {
    parts.push((items[at + 2] as WordItem).name);
    at += 2;
  }
  // the dot of a name that is still being written
  if (isSymbol(items[at + 1], '.')) return undefined;
  const name = parts.at(-1) ?? '';
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const call = !target && items[at + 1]?.type === 'group';
  const alias = aliasAt(items, at + (call ? 2 : 1), target);
  const common =
    schema === undefined ? commonTablesInSight(frame, catalog, depth).find(table => table.name === name) : undefined;
  const relation = call || common ? undefined : findRelation(catalog, name, schema);
  const columns = common?.columns ?? relation?.columns ?? [];
  return {
    alias: alias?.name ?? name,
    ...(relation && { relation }),
    columns: renamed(columns, alias?.columns ?? []),
    target,
    start: first.start,
  };
}

const MAX_DEPTH = 8;

/** `[AS] name [(columns)]` */
function aliasAt(
  items: readonly Item[],
  from: number,
  needsAs = false,
): { name: string; columns: string[] } | undefined {
  const as = isWord(items[from], 'as');
  const word = items[as ? from + 1 : from];
  if (!isName(word) || (!as && (needsAs ? isWord(word, ...NOT_A_TARGET_ALIAS) : false))) return undefined;
  const group = items[from + (as ? 2 : 1)];
  return { name: word.name, columns: group?.type === 'group' && !needsAs ? namesIn(group.frame) : [] };
}

/** What may follow a table in statements that write or define. */
const NOT_A_TARGET_ALIAS = [
  ...['add', 'drop', 'alter', 'rename', 'owner', 'validate', 'enable', 'disable', 'include', 'overriding', 'match'],
  ...['deferrable', 'initially', 'primary', 'unique', 'check', 'constraint', 'cascade', 'restrict', 'nulls'],
];

/** The names of a list like `(a, b)`. */
const namesIn = (frame: Frame): string[] => frame.items.filter(isName).map(item => item.name);

/** Columns under the names that an alias gives the first of them. */
const renamed = (columns: OutputColumn[], names: string[]): OutputColumn[] =>
  columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }));

function commonTablesOf(
  frame: Frame,
  inside: Frame | undefined,
  catalog: CatalogSnapshot,
  depth: number,
): CommonTable[] {
  const { items } = frame;
  const start = items.findIndex(item => item.type !== 'cursor');
  if (!isWord(items[start], 'with') || depth > MAX_DEPTH) return [];
  const recursive = isWord(items[start + 1], 'recursive');
  const tables: CommonTable[] = [];
  for (let at = start + (recursive ? 2 : 1); at < items.length; at++) {
    const word = items[at];
    if (!isName(word)) break;
    const list = items[at + 1];
    const names = list?.type === 'group' ? namesIn(list.frame) : [];
    at += list?.type === 'group' ? 2 : 1;
    if (!isWord(items[at], 'as')) break;
    at++;
    while (isWord(items[at], 'not', 'materialized')) at++;
    const body = items[at];
    if (body?.type !== 'group') break;
    // a common table sees itself only when it is recursive, and none that come after it
    if (body.frame === inside) {
      if (recursive) tables.push({ name: word.name, columns: namesToColumns(names, body.frame, catalog, depth) });
      break;
    }
    tables.push({ name: word.name, columns: renamed(columnsOf(body.frame, catalog, depth + 1), names) });
    if (!isSymbol(items[at + 1], ',')) break;
    at++;
  }
  return tables;
}

/** Of a recursive table seen from within: the names it was given, else those of its first part. */
const namesToColumns = (names: string[], body: Frame, catalog: CatalogSnapshot, depth: number): OutputColumn[] =>
  names.length > 0
    ? names.map(name => ({ name, type: '' }))
    : columnsOf({ ...body, items: armOf(body, 0) }, catalog, depth + 1);

/** Columns of a query in parentheses, of the tables in sight there. */
const columnsOf = (query: Frame, catalog: CatalogSnapshot, depth: number): OutputColumn[] =>
  outputColumns(query, index => tablesInSight(query, index, catalog, depth));
