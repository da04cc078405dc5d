import type { ColumnView } from '../../../src/protocol/results-view';
import type { Cell } from './cell-cache';
import { cellLook } from './cell-text';
import type { TextRuler } from './text-ruler';

/** Of a cell: its padding, its line and one for rounding. */
const PADDING = 18;
/** In a head beside name and type: the gaps and the mark of a sort. */
const HEAD_EXTRAS = 26;
/** Of a column whose values are long; the user may make it wider. */
const MAX_FITTED = 380;

/** A width for each column that shows its name, its type and the values of these rows as far as that is sensible. */
export function columnWidths(
  columns: readonly ColumnView[],
  rows: readonly (Cell | undefined)[][],
  ruler: TextRuler,
): number[] {
  return columns.map((column, index) => {
    const name = ruler.width(column.name, 'column-head');
    let widest = name + ruler.width(column.typeName, 'column-type') + HEAD_EXTRAS;
    for (const row of rows) {
      const cell = row[index];
      if (cell) widest = Math.max(widest, valueWidth(cell, column, ruler));
    }
    return Math.min(MAX_FITTED, Math.ceil(widest + PADDING));
  });
}

function valueWidth(cell: Cell, column: ColumnView, ruler: TextRuler): number {
  const { text, className } = cellLook(cell, column);
  const is = (name: string): boolean => className.split(' ').includes(name);
  return ruler.width(is('number') ? sameDigits(text) : text, is('mono') ? 'cell mono' : 'cell');
}

/** A width for the numbers of so many rows, of at least three digits. */
export const rowHeadWidth = (rowCount: number, ruler: TextRuler): number =>
  Math.ceil(ruler.width(sameDigits(Math.max(999, rowCount).toLocaleString('en-US')), 'cell') + PADDING + 2);

/** In tables all digits are as wide as a zero, which a canvas does not know. */
const sameDigits = (text: string): string => text.replace(/\d/g, '0');
