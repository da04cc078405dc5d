/**
 * The contract between the extension host and the thread that keeps the rows of results (`src/node/results/worker.ts`). Rows lie in a
 * temporary file; the thread writes, sorts, searches and formats, so that the host is free whatever the size of a result.
 */
import type {
  Arrangement,
  CellBlock,
  CellRange,
  CopyFormat,
  ExportFormat,
  FindAnswer,
  FindQuery,
} from './results-view';

/** A column as the row store needs it. */
export interface StoreColumn {
  name: string;
  typeOid: number;
  typeName: string;
}

/** Cells to read: rows are positions in the arrangement. */
export interface ReadWindow {
  firstRow: number;
  rowCount: number;
  firstColumn: number;
  columnCount: number;
  /** Longer values are cut. */
  maxLength: number;
}

/** Cells for the clipboard; ranges side by side share their rows, ranges below one another their columns. */
export interface CopyRequest {
  ranges: CellRange[];
  format: CopyFormat;
  headers: boolean;
  /** Of INSERT statements. */
  table: string;
}

/** A file of all rows, written by the worker so that the extension host never holds them. */
export interface ExportRequest {
  /** Absolute; written under another name and renamed at the end. */
  file: string;
  format: ExportFormat;
  table: string;
  /** CSV: cells that a spreadsheet would take for a formula get an apostrophe. */
  guardFormulas: boolean;
  /** The rows as arranged, or all in the order they came. */
  arranged: boolean;
}

type Of<T> = { store: number } & T;
/** Work that can be given up by `stop` and sends progress. */
type Job<T> = Of<T> & { job: number };

/** What the thread serves. */
export interface RowStoreWorkerSide {
  requests: {
    open(params: { store: number; file: string; quotaBytes: number }): null;
    /** Empties the store. */
    columns(params: Of<{ columns: StoreColumn[] }>): null;
    /** Answers when the rows are in the store: whoever appends waits for it. */
    append(params: Of<{ rows: (string | null)[][] }>): { rowCount: number };
    read(params: Of<ReadWindow>): CellBlock;
    cell(params: Of<{ row: number; column: number; maxLength: number }>): { value: string | null; length: number };
    /** Answers the count of rows that pass. */
    arrange(params: Job<{ arrangement: Arrangement }>): { rowCount: number };
    find(params: Job<{ query: FindQuery; from: { row: number; column: number }; backwards: boolean }>): FindAnswer;
    copy(params: Job<CopyRequest>): { text: string; cells: number };
    export(params: Job<ExportRequest>): { rowCount: number; bytes: number };
    /** Gives up a job; its request fails with `CANCELLED`. */
    stop(params: { job: number }): null;
    close(params: { store: number }): null;
    /** Bytes of the thread's heap and buffers, for measurements. */
    memory(params: null): { heapBytes: number; bufferBytes: number };
  };
  events: { progress: { job: number; fraction: number } };
}

/** What the host serves: nothing. */
export interface RowStoreHostSide {
  requests: object;
  events: object;
}
