import type { CellBlock } from '../../protocol/results-view';
import type { ReadWindow, StoreColumn } from '../../protocol/row-store';
import { RowPages } from './row-pages';

/** One result: its columns, its rows, and the arrangement they are read in. */
export class StoredResult {
  readonly pages: RowPages;
  columns: StoreColumn[] = [];
  /** Row numbers in the order shown; undefined: all, as they came. */
  order: Uint32Array | undefined;

  constructor(file: string, quotaBytes: number) {
    this.pages = new RowPages(file, quotaBytes);
  }

  reset(columns: StoreColumn[]): void {
    this.columns = columns;
    this.order = undefined;
    this.pages.reset(columns.length);
  }

  get rowCount(): number {
    return this.order?.length ?? this.pages.rowCount;
  }

  /** The stored row at a position of the arrangement. */
  rowAt(position: number): number {
    return this.order?.[position] ?? position;
  }

  read(window: ReadWindow): CellBlock {
    const rows: (string | null)[][] = [];
    const cut: CellBlock['cut'] = [];
    const last = Math.min(window.firstRow + window.rowCount, this.rowCount);
    const columns = Math.min(window.columnCount, this.columns.length - window.firstColumn);
    for (let position = window.firstRow; position < last; position++) {
      const row = this.rowAt(position);
      const cells: (string | null)[] = [];
      for (let column = 0; column < columns; column++) {
        const { value, length } = this.pages.head(row, window.firstColumn + column, window.maxLength);
        if (length > window.maxLength) cut.push([rows.length, column, length]);
        cells.push(value);
      }
      rows.push(cells);
    }
    return { rows, cut };
  }

  cell(position: number, column: number, maxLength: number): { value: string | null; length: number } {
    if (position >= this.rowCount) return { value: null, length: 0 };
    return this.pages.head(this.rowAt(position), column, maxLength);
  }
}
