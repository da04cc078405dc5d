import type { Arrangement, ResultFilter, ResultSort } from '../../protocol/results-view';
import { mergeSort } from '../../core/results/merge-sort';
import { filterPredicate } from '../../core/results/values/filter';
import { valueKind } from '../../core/results/value-kind';
import type { Pacer } from './pacer';
import { readSortColumn, type SortColumn } from './sort-column';
import type { StoredResult } from './stored-result';

/** The stored rows that pass the filters, in the order asked for; undefined: all, as they came. */
export async function arrangedRows(
  result: StoredResult,
  { sorts, filters }: Arrangement,
  pacer: Pacer,
): Promise<Uint32Array | undefined> {
  if (sorts.length === 0 && filters.length === 0) return undefined;
  const rows = filters.length > 0 ? await passing(result, filters, pacer) : allRows(result.pages.rowCount);
  if (sorts.length > 0) await sort(result, rows, sorts, pacer);
  return rows;
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

async function passing(
  { pages, columns }: StoredResult,
  filters: readonly ResultFilter[],
  pacer: Pacer,
): Promise<Uint32Array> {
  const tests = filters.map(filter => ({
    column: filter.column,
    passes: filterPredicate(filter, valueKind(columns[filter.column]?.typeOid ?? 0)),
  }));
  const rows = new Uint32Array(pages.rowCount);
  const { pageCount } = pages;
  let count = 0;
  for (let index = 0; index < pageCount; index++) {
    const first = pages.firstRow(index);
    const page = pages.scanPage(index);
    for (let row = 0; row < page.rowCount && first + row < rows.length; row++)
      if (tests.every(({ column, passes }) => passes(page.value(row, column)))) rows[count++] = first + row;
    await pacer.pace((0.4 * (index + 1)) / pageCount);
  }
  return rows.slice(0, count);
}

async function sort(
  { pages, columns }: StoredResult,
  rows: Uint32Array,
  sorts: readonly ResultSort[],
  pacer: Pacer,
): Promise<void> {
  const keys: { by: SortColumn; sign: number }[] = [];
  for (const [place, { column, descending }] of sorts.entries()) {
    const part = pacer.part(0.4 + (0.3 * place) / sorts.length, 0.4 + (0.3 * (place + 1)) / sorts.length);
    const by = await readSortColumn(pages, column, valueKind(columns[column]?.typeOid ?? 0), part);
    keys.push({ by, sign: descending ? -1 : 1 });
  }
  const [only] = keys;
  const compare =
    keys.length === 1 && only
      ? (a: number, b: number) => only.sign * only.by.compare(a, b)
      : (a: number, b: number) => {
          for (const { by, sign } of keys) {
            const order = sign * by.compare(a, b);
            if (order !== 0) return order;
          }
          return 0;
        };
  for (const done of mergeSort(rows, compare)) await pacer.pace(0.7 + 0.3 * done);
}
