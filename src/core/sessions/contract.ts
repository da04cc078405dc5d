/** What comes of running a script's lines: plain data, complete in itself. */
import type { SqlTransactionState } from '../sql/contract';

/** What a line was answered. */
export interface LineAnswer {
  /** Command tag, `UPDATE 1`; empty after an error. */
  tag: string;
  columns: string[];
  /** At most `MAX_LINE_ROWS`, as text. */
  rows: (string | null)[][];
  truncated: boolean;
  error?: { sqlstate?: string; message: string; hint?: string; detail?: string };
  durationMs: number;
}

/** A row that a session changed, as the watch query shows it. */
export interface RowChange {
  kind: 'inserted' | 'updated' | 'deleted';
  /** Before the line; of `updated` and `deleted`. */
  before?: (string | null)[];
  after?: (string | null)[];
}

/** The watched rows at one moment. */
export interface WatchedRows {
  columns: string[];
  rows: (string | null)[][];
  truncated: boolean;
  /** The watch query was refused. */
  error?: string;
}

/** One line that was run, in the order of the answers. */
export interface LineOutcome {
  step: string;
  session: string;
  sql: string;
  answer: LineAnswer;
  /** State of its session afterwards. */
  transaction: SqlTransactionState;
  /** This line took its session's snapshot, after so many commits of the run. */
  snapshot?: { commits: number };
  /** What the line ended, if it ended a transaction; `autocommit` for a change outside a block. */
  ended?: 'committed' | 'refused' | 'rolled-back' | 'autocommit';
  /** Number of the commit, from 1, if this line committed changes or an open transaction. */
  commit?: number;
  /** Rows it changed in what its session sees. */
  wrote: RowChange[];
  /** Rows it asked the database to watch over, by FOR UPDATE or FOR KEY SHARE. */
  claims?: 'FOR UPDATE' | 'FOR KEY SHARE';
  /** Rows whose committed state it changed. */
  published: RowChange[];
  /** What its session sees afterwards; absent where it has no snapshot, or looking would disturb it. */
  sees?: WatchedRows;
  /** What is committed afterwards. */
  committed?: WatchedRows;
  /** Since the first line was sent. */
  atMs: number;
}

/** Whether an expectation of the order came true. */
export interface ExpectationOutcome {
  /** `bc: error 40001 OC000` */
  expected: string;
  actual: string;
  held: boolean;
}

/** A whole run of one order. */
export interface Interleaving {
  title: string;
  order: string;
  sessions: string[];
  lines: LineOutcome[];
  expectations: ExpectationOutcome[];
  /** Every expectation held; true where there are none. */
  held: boolean;
  verdict: string;
  /** The watched rows at the end. */
  final?: WatchedRows;
  postgres: string;
}
