import type { ColumnView } from '../../../src/protocol/results-view';
import type { Cell } from './cell-cache';
import { cellLook } from './cell-text';

const CHARACTER_WIDTH = 7.6;
const WIDE_CHARACTER_WIDTH = 14;
const PADDING = 18;
/** Of a column whose values are long; the user may make it wider. */
const MAX_FITTED = 380;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** A width for each column that shows its name, its type and the values of these rows as far as that is sensible. */
export function columnWidths(columns: readonly ColumnView[], rows: readonly (Cell | undefined)[][]): number[] {
  return columns.map((column, index) => {
    let widest = 1.12 * textWidth(column.name) + 26 + 0.85 * textWidth(column.typeName);
    for (const row of rows) {
      const cell = row[index];
      if (cell) widest = Math.max(widest, textWidth(cellLook(cell, column).text));
    }
    return Math.min(MAX_FITTED, Math.ceil(widest + PADDING));
  });
}

/** A width for the numbers of so many rows, of at least three digits. */
export const rowHeadWidth = (rowCount: number): number =>
  Math.ceil(textWidth(Math.max(999, rowCount).toLocaleString('en-US')) + PADDING + 2);

function textWidth(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return CHARACTER_WIDTH * (text.length - wide) + WIDE_CHARACTER_WIDTH * wide;
}
