import { TRANSACTION_ROW_LIMIT } from '../dialect/row-limit';

/** Ids `first`..`last`, both included. */
export interface IdRange {
  first: number;
  last: number;
}

/** Cuts 1..count into ranges that fit one transaction. Range `i` holds the ids with `(id - 1) / rows = i`. */
export function idRanges(count: number, rows = TRANSACTION_ROW_LIMIT): IdRange[] {
  const ranges: IdRange[] = [];
  for (let first = 1; first <= count; first += rows) ranges.push({ first, last: Math.min(first + rows - 1, count) });
  return ranges;
}

/** The ranges with ids missing, given how many of each are present (absent: none). */
export function incompleteRanges(ranges: readonly IdRange[], present: ReadonlyMap<number, number>): IdRange[] {
  return ranges.filter((range, i) => (present.get(i) ?? 0) < range.last - range.first + 1);
}
