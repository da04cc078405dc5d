import type { Closeable } from '../../base/lifecycle';
import type { Arrangement, CellBlock, FindAnswer, FindQuery } from '../../protocol/results-view';
import type { CopyRequest, ExportRequest, ReadWindow } from '../../protocol/row-store';
import type { SqlColumn, SqlValue } from '../sql/contract';

/** Progress (0..1) and the way to give up work on a whole result. */
export interface JobOptions {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}

/**
 * The rows of one statement's result, outside the heap of whoever holds this. Row numbers are positions in the arrangement. The jobs
 * reject with `CANCELLED` when their signal says so, and never keep short requests waiting.
 */
export interface RowStore extends Closeable {
  /** Empties the store and sets the columns. */
  columns(columns: SqlColumn[]): Promise<void>;
  /** Resolves when the rows are stored. Rejects with `RESULT_QUOTA` when they do not fit: none of them is kept then. */
  append(rows: SqlValue[][]): Promise<void>;
  read(window: ReadWindow): Promise<CellBlock>;
  cell(row: number, column: number, maxLength: number): Promise<{ value: SqlValue; length: number }>;
  /** Sorts and filters what is there; rejects with `RESULT_FILTER_VALUE` for a value that is none of the column's type. */
  arrange(arrangement: Arrangement, options?: JobOptions): Promise<{ rowCount: number }>;
  find(
    search: { query: FindQuery; from: { row: number; column: number }; backwards: boolean },
    options?: JobOptions,
  ): Promise<FindAnswer>;
  copy(request: CopyRequest, options?: JobOptions): Promise<{ text: string; cells: number }>;
  /** Writes a file; the one that was there stays until the new one is whole. */
  export(request: ExportRequest, options?: JobOptions): Promise<{ rowCount: number; bytes: number }>;
}

/** The window's row stores: one thread for all, started with the first store. */
export interface RowStores extends Closeable {
  open(options: { quotaBytes: number }): Promise<RowStore>;
}
