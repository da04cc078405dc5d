/**
 * The contract between the results view (`webview/results`) and its host. Plain data; the state event is a complete snapshot, because
 * messages to a hidden view are lost. Rows never travel with the state: the view asks for the cells that it shows.
 */

/** How a value is drawn, aligned, sorted and written as a literal. */
export type ValueKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'uuid'
  | 'timestamp'
  | 'timestamptz'
  | 'date'
  | 'time'
  | 'interval'
  | 'bytea'
  | 'json';

export interface ColumnView {
  name: string;
  typeName: string;
  kind: ValueKind;
}

/** Order by a column; the first in a list is the most significant. NULLs come last ascending, first descending, as PostgreSQL has them. */
export interface ResultSort {
  column: number;
  descending: boolean;
}

export type FilterOperator =
  | 'contains'
  | 'not-contains'
  | 'equals'
  | 'not-equals'
  | 'less'
  | 'at-most'
  | 'greater'
  | 'at-least'
  | 'null'
  | 'not-null';

/** Rows pass when every filter holds. A NULL passes `null` only, as in SQL. */
export interface ResultFilter {
  column: number;
  operator: FilterOperator;
  /** Compared by the column's type; `contains` looks at the text and ignores case. */
  value: string;
}

/** Which rows are shown, and in what order. */
export interface Arrangement {
  sorts: ResultSort[];
  filters: ResultFilter[];
}

/** `not-run`: never sent, since one before it failed or the run was cancelled. */
export type StatementStatus = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'not-run';

/** A notice of the server, or a word of the host's about the statement. */
export interface MessageView {
  severity: 'info' | 'warning';
  text: string;
  sqlstate?: string;
  detail?: string;
  hint?: string;
}

/** Why a statement failed. Of the server: `code` is `DATABASE`, the rest its own words. */
export interface ErrorView {
  code: string;
  message: string;
  sqlstate?: string;
  detail?: string;
  hint?: string;
  /** What is behind an error of the service's own, in one or two sentences. */
  why?: string;
  nextStep?: string;
  /** Its place: offset in the statement in UTF-16 units from 0; line and column from 1, of the document where it stands in one. */
  place?: { offset: number; line: number; column: number };
}

/** One statement of the run, without its rows: those are asked for by `CellWindow` as they come into sight. */
export interface StatementView {
  /** Position in the run. */
  index: number;
  /** The statement, cut at 4,000 characters. */
  sql: string;
  sqlCut: boolean;
  /** Where the statement begins in the document, when there is one that the editor can be taken to. */
  offset?: number;
  status: StatementStatus;
  /** Empty for a statement without a result. */
  columns: ColumnView[];
  /** Rows fetched so far. */
  rowsFetched: number;
  /** Rows shown: fewer than fetched when filters are set. */
  rowCount: number;
  /** Changes whenever row numbers mean other rows: cells asked for under another version are void. */
  version: number;
  arrangement: Arrangement;
  tag?: string;
  durationMs?: number;
  /** For the elapsed time of a running statement: milliseconds since it began, when this snapshot was made. */
  elapsedMs?: number;
  retries: number;
  /** The row limit cut the result. */
  limited: boolean;
  /** The statement may be run again for all its rows. */
  canFetchAll: boolean;
  messages: MessageView[];
  error?: ErrorView;
}

export interface ResultsTarget {
  name: string;
  environment: 'development' | 'test' | 'production';
  readOnly: boolean;
}

/** What the panel shows but for rows; sent whole, a dozen times a second at most. */
export interface ResultsState {
  /** Counts the runs shown in this panel: the view forgets selection and scroll position with every new one. */
  run: number;
  title: string;
  target?: ResultsTarget;
  /** For the view's memory. */
  profileId?: string;
  /** URI of the document that the statements stand in. */
  document?: string;
  /** Rows of an earlier window are not kept. */
  gone: boolean;
  running: boolean;
  cancelling: boolean;
  pinned: boolean;
  canRunAgain: boolean;
  statements: StatementView[];
}

/** A rectangle of cells to draw. Row numbers are positions in the arrangement. */
export interface CellWindow {
  statement: number;
  version: number;
  firstRow: number;
  rowCount: number;
  firstColumn: number;
  columnCount: number;
}

/** The longest text of a cell in a block; the rest is there on demand. */
export const CELL_PREVIEW_LENGTH = 300;

/** The cells of a `CellWindow`. */
export interface CellBlock {
  /** One array per row; null is NULL. */
  rows: (string | null)[][];
  /** Cells that were cut, `[row, column, whole length]`, counted from the block's corner. */
  cut: [number, number, number][];
}

/** Inclusive on all sides. */
export interface CellRange {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
}

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'insert' | 'markdown';
/** What the editor's menu on the cells asks of the view, which knows the selection; about the active cell, or the selected ones. */
export type MenuRequest =
  | { what: 'copy'; format: CopyFormat; headers: boolean }
  /** `out`: the rows with another value are left. */
  | { what: 'filter'; out: boolean }
  | { what: 'details' }
  | { what: 'export' };

export type ExportFormat = 'csv' | 'json' | 'ndjson' | 'insert';

export interface FindQuery {
  text: string;
  matchCase: boolean;
}

/** A cell that a search found; `ordinal` from 1. */
export interface FindHit {
  row: number;
  column: number;
  ordinal: number;
}

/** Where the next match is, and how many there are; counted to an upper bound. */
export interface FindAnswer {
  /** Matching cells in all. */
  count: number;
  /** There are more than were counted. */
  more: boolean;
  hit?: FindHit;
}

/** Work on a whole result that takes its time. */
export interface ActivityView {
  statement: number;
  kind: 'arrange' | 'find' | 'copy' | 'export';
  /** 0..1 */
  fraction: number;
}

/** What the view may ask of the host. */
export interface ResultsHostSide {
  requests: {
    /** The first request of a page. */
    load(params: null): ResultsState;
    cells(window: CellWindow): CellBlock;
    /** A whole value, cut at one million characters. */
    cell(params: { statement: number; version: number; row: number; column: number }): {
      value: string | null;
      length: number;
    };
    /** Sorts and filters; a second call takes the place of the first. */
    arrange(params: { statement: number; arrangement: Arrangement }): void;
    /** Finds the cell after (before) the given one; the search goes on from the other end. */
    find(params: {
      statement: number;
      version: number;
      query: FindQuery;
      from: { row: number; column: number };
      backwards: boolean;
    }): FindAnswer;
    /** Gives up sorting, filtering, finding or copying. */
    stopActivity(params: { statement: number }): void;
    copy(params: { statement: number; version: number; ranges: CellRange[]; format: CopyFormat; headers: boolean }): {
      cells: number;
    };
    /** Text that the view already has. */
    copyText(params: { text: string }): void;
    /** Shows the rows that an EXPLAIN answered in the plan viewer. */
    openPlan(params: { statement: number; version: number }): void;
    /** Asks the user for format and file, then writes with progress of its own. */
    export(params: { statement: number }): void;
    cancel(params: null): void;
    pin(params: { pinned: boolean }): void;
    /** To the statement in the editor, or to its error's place. */
    goTo(params: { statement: number; error: boolean }): void;
    /** Undefined statement: the whole run. `all`: without row limit. */
    runAgain(params: { statement?: number; all: boolean }): void;
    showLog(params: null): void;
  };
  events: {
    state: ResultsState;
    /** Undefined when nothing goes on any more. */
    activity: ActivityView | undefined;
    menu: MenuRequest;
  };
}

/** What the view serves: nothing, it only listens. */
export interface ResultsViewSide {
  requests: object;
  events: object;
}

/** What the view keeps with `setState`, so that the panel can offer to run again after a restart of the window. Never values of rows. */
export interface ResultsViewMemory {
  title: string;
  profileId?: string;
  document?: string;
  /** As much as is needed to run them again; empty when they are too long to be kept. */
  statements: { sql: string; offset?: number }[];
  /** Where the user was: the run, the tab they chose, the first row in view. */
  place?: { run: number; shown: number | undefined; row: number };
}

/** Characters of statements that the view keeps. */
export const MEMORY_SQL_LENGTH = 20_000;
