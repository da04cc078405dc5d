/** The columns a query gives, as far as its text tells. */
import type { TableRef } from './scope';
import { armOf, isName, isSymbol, isWord, type Frame, type Item } from './statement';

export interface OutputColumn {
  name: string;
  /** Empty when it is not known. */
  type: string;
  notNull?: boolean;
  primaryKey?: boolean;
  comment?: string;
}

/**
 * Columns of a query in parentheses: of its select list, its RETURNING, or its VALUES.
 * @param tablesAt the tables whose columns can be named at an item of the frame
 */
export function outputColumns(frame: Frame, tablesAt: (index: number) => TableRef[]): OutputColumn[] {
  const start = mainAt(frame.items);
  const arm = armOf(frame, start).slice();
  const first = frame.items[start];
  if (isWord(first, 'values')) return valuesColumns(frame.items[start + 1]);
  const from = arm.findIndex(item => isWord(item, isWord(first, 'select') ? 'select' : 'returning'));
  if (from < 0) return [];
  const refs = tablesAt(start);
  return splitList(arm.slice(from + 1)).flatMap(items => columnsOf(items, refs));
}

/** Index of the word that begins the query itself, behind WITH and its tables. */
function mainAt(items: readonly Item[]): number {
  const main = items.findIndex(item => isWord(item, 'select', 'insert', 'update', 'delete', 'values', 'table'));
  return Math.max(0, main);
}

function valuesColumns(row: Item | undefined): OutputColumn[] {
  if (row?.type !== 'group') return [];
  const count = row.frame.items.filter(item => isSymbol(item, ',')).length + 1;
  return Array.from({ length: count }, (_, at) => ({ name: `column${at + 1}`, type: '' }));
}

const END_OF_LIST = [
  ...['from', 'where', 'group', 'having', 'order', 'limit', 'offset', 'fetch', 'for', 'window', 'union', 'intersect'],
  ...['except', 'into'],
];

function splitList(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [[]];
  for (const item of items) {
    if (isWord(item, ...END_OF_LIST)) break;
    if (item.type === 'cursor') continue;
    if (isSymbol(item, ',')) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts.filter(part => part.length > 0);
}

function columnsOf(list: Item[], refs: TableRef[]): OutputColumn[] {
  let items = list;
  if (isWord(items[0], 'distinct')) items = items.slice(isWord(items[1], 'on') ? 3 : 1);
  else if (isWord(items[0], 'all')) items = items.slice(1);
  const last = items.at(-1);
  if (isSymbol(last, '*')) {
    const prefix = items.at(-3);
    if (items.length === 1) return refs.filter(ref => ref.alias !== 'excluded').flatMap(ref => ref.columns);
    return isName(prefix) ? (refs.find(ref => ref.alias === prefix.name)?.columns ?? []) : [];
  }
  const column = referenced(items, refs);
  if (column) return [column];
  // an alias, with or without AS
  if (isName(last) && items.length > 1 && !isSymbol(items.at(-2), '.') && !isSymbol(items.at(-2), ':')) {
    const withoutAlias = items.slice(0, isWord(items.at(-2), 'as') ? -2 : -1);
    return [{ ...(referenced(withoutAlias, refs) ?? { type: '' }), name: last.name }];
  }
  const name = [...items]
    .reverse()
    .find((item, at, all) => isName(item) && (at === 0 || all[at - 1]?.type === 'group'));
  const cast = items.findIndex(item => isSymbol(item, ':'));
  const casted = cast > 0 ? referenced(items.slice(0, cast), refs) : undefined;
  return [{ name: casted?.name ?? (isName(name) ? name.name : '?column?'), type: '' }];
}

/** `column` or `table.column`, and nothing else. */
function referenced(items: Item[], refs: TableRef[]): OutputColumn | undefined {
  const [first, dot, second, ...more] = items;
  if (!isName(first)) return undefined;
  if (dot === undefined) {
    const found = refs.flatMap(ref => ref.columns).find(column => column.name === first.name);
    return found ?? { name: first.name, type: '' };
  }
  if (!isSymbol(dot, '.') || !isName(second) || more.length > 0) return undefined;
  const ref = refs.find(candidate => candidate.alias === first.name);
  return ref?.columns.find(column => column.name === second.name) ?? { name: second.name, type: '' };
}
