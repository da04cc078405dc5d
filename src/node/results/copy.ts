import type { CellRange } from '../../protocol/results-view';
import type { CopyRequest } from '../../protocol/row-store';
import { copyNotATable, copyTooLarge } from '../../core/results/errors';
import { tableFormat } from '../../core/results/formats/table';
import { valueKind } from '../../core/results/value-kind';
import type { Pacer } from './pacer';
import type { StoredResult } from './stored-result';

/** What a clipboard is good for. */
const MAX_CELLS = 2_000_000;
const MAX_LENGTH = 64 * 1024 * 1024;

/** The selected cells as one table. Ranges side by side must have the same rows, ranges below one another the same columns. */
export async function copyText(
  result: StoredResult,
  request: CopyRequest,
  pacer: Pacer,
): Promise<{ text: string; cells: number }> {
  const { rowRanges, columns } = tableOf(request.ranges, result);
  const rows = rowRanges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const cells = rows * columns.length;
  if (cells > MAX_CELLS) throw copyTooLarge(cells, MAX_CELLS);
  const format = tableFormat(request.format, {
    columns: columns.map(index => ({
      name: result.columns[index]?.name ?? '',
      kind: valueKind(result.columns[index]?.typeOid ?? 0),
    })),
    headers: request.headers,
    table: request.table,
    guardFormulas: false,
  });
  const parts = [format.begin()];
  let length = 0;
  let done = 0;
  for (const [first, last] of rowRanges)
    for (let position = first; position <= last; position++) {
      const row = result.rowAt(position);
      const text = format.row(columns.map(column => result.pages.value(row, column)));
      parts.push(text);
      length += text.length;
      if (length > MAX_LENGTH) throw copyTooLarge(cells, MAX_CELLS);
      if (++done % 64 === 0) await pacer.pace(done / rows);
    }
  parts.push(format.end());
  const text = parts.join('');
  // a single line goes into the middle of other text more often than below it
  const bare = request.format === 'tsv' || request.format === 'csv' ? text.replace(/\r?\n$/, '') : text;
  return { text: bare, cells };
}

function tableOf(
  ranges: readonly CellRange[],
  result: StoredResult,
): { rowRanges: [number, number][]; columns: number[] } {
  const [first] = ranges;
  if (!first) return { rowRanges: [], columns: [] };
  const sameRows = ranges.every(each => each.firstRow === first.firstRow && each.lastRow === first.lastRow);
  const sameColumns = ranges.every(
    each => each.firstColumn === first.firstColumn && each.lastColumn === first.lastColumn,
  );
  if (!sameRows && !sameColumns) throw copyNotATable();
  const columns = new Set<number>();
  for (const { firstColumn, lastColumn } of ranges)
    for (let column = firstColumn; column <= Math.min(lastColumn, result.columns.length - 1); column++)
      columns.add(column);
  const rowRanges = merged((sameRows ? [first] : ranges).map(each => [each.firstRow, each.lastRow]));
  const end = result.rowCount - 1;
  return {
    rowRanges: rowRanges.filter(([from]) => from <= end).map(([from, to]) => [from, Math.min(to, end)]),
    columns: [...columns].sort((a, b) => a - b),
  };
}

/** Ranges in order, those that touch made one. */
function merged(ranges: [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
