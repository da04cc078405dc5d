import type { FindAnswer, FindQuery } from '../../protocol/results-view';
import type { PageColumn } from './page';
import type { Pacer } from './pacer';
import type { StoredResult } from './stored-result';

/** Matches that are counted and can be stepped through. */
const MAX_MATCHES = 500_000;

/** Cells that hold a text, in reading order of the arrangement: position × columns + column. */
export interface Matches {
  places: Float64Array;
  more: boolean;
}

/** Looks through all rows that are shown. */
export async function findMatches(result: StoredResult, query: FindQuery, pacer: Pacer): Promise<Matches> {
  const { pages, columns, order } = result;
  const needle = query.matchCase ? query.text : query.text.toLowerCase();
  const places: number[] = [];
  if (needle === '') return { places: new Float64Array(), more: false };
  const position = order && positions(order, pages.rowCount);
  const { pageCount, rowCount } = pages;
  for (let index = 0; index < pageCount && places.length < MAX_MATCHES; index++) {
    const first = pages.firstRow(index);
    const page = pages.scanPage(index);
    for (let column = 0; column < columns.length; column++)
      for (const row of rowsWith(page.column(column), page.rowCount, needle, query.matchCase)) {
        const stored = first + row;
        const at = position ? (position[stored] as number) : stored + 1;
        if (at > 0 && stored < rowCount) places.push((at - 1) * columns.length + column);
      }
    await pacer.pace((index + 1) / pageCount);
  }
  return { places: Float64Array.from(places).sort(), more: places.length >= MAX_MATCHES };
}

/** Of every stored row its position plus one; 0 for those that are not shown. */
function positions(order: Uint32Array, rowCount: number): Uint32Array {
  const position = new Uint32Array(rowCount);
  for (let at = 0; at < order.length; at++) position[order[at] as number] = at + 1;
  return position;
}

/** Rows of a page's column whose value holds the needle. The whole column is searched at once, where its case allows. */
function* rowsWith(column: PageColumn, rowCount: number, needle: string, matchCase: boolean): Generator<number> {
  // lower case keeps the length of Latin-1 only
  if (column.wide && !matchCase) {
    for (let row = 0; row < rowCount; row++) if (column.value(row)?.toLowerCase().includes(needle)) yield row;
    return;
  }
  const text = matchCase ? column.text : column.text.toLowerCase();
  let row = 0;
  for (let at = text.indexOf(needle); at >= 0;) {
    while (row < rowCount && column.end(row) <= at) row++;
    if (row >= rowCount) return;
    if (at + needle.length <= column.end(row)) {
      yield row;
      at = text.indexOf(needle, column.end(row));
    } else at = text.indexOf(needle, at + 1);
  }
}

/** The match after (before) a cell, from the other end when there is none. */
export function nextMatch(
  { places, more }: Matches,
  columnCount: number,
  from: { row: number; column: number },
  backwards: boolean,
): FindAnswer {
  const count = places.length;
  if (count === 0) return { count, more };
  const here = from.row * columnCount + from.column;
  const after = firstBeyond(places, here);
  let index = after;
  if (backwards) {
    index = after - 1;
    if (index >= 0 && places[index] === here) index--;
  }
  index = (index + count) % count;
  const place = places[index] as number;
  return {
    count,
    more,
    hit: { row: Math.floor(place / columnCount), column: place % columnCount, ordinal: index + 1 },
  };
}

/** Index of the first place beyond `here`. */
function firstBeyond(places: Float64Array, here: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) <= here) low = middle + 1;
    else high = middle;
  }
  return low;
}
