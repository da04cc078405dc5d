import type { Closeable } from '../../base/lifecycle';
import type { CellBlock } from '../../protocol/results-view';
import type { ReadWindow } from '../../protocol/row-store';
import type { SqlColumn, SqlValue } from '../sql/contract';

/** The rows of one statement's result, outside the heap of whoever holds this. Requests are answered in order. */
export interface RowStore extends Closeable {
  /** Empties the store and sets the columns. */
  columns(columns: SqlColumn[]): Promise<void>;
  /** Resolves when the rows are stored. Rejects with `RESULT_QUOTA` when they do not fit: none of them is kept then. */
  append(rows: SqlValue[][]): Promise<void>;
  read(window: ReadWindow): Promise<CellBlock>;
  cell(row: number, column: number, maxLength: number): Promise<{ value: SqlValue; length: number }>;
}

/** The window's row stores: one thread for all, started with the first store. */
export interface RowStores extends Closeable {
  open(options: { quotaBytes: number }): Promise<RowStore>;
}
