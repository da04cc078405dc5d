import type { Closeable } from '../../base/lifecycle';

/** A column of a result. */
export interface SqlColumn {
  name: string;
  typeOid: number;
  /** PostgreSQL's name of the type: `uuid`, `timestamptz`, `numeric`; `oid 12345` where it is not a built-in one. */
  typeName: string;
}

/** A value as the server sent it in text format; null is NULL. */
export type SqlValue = string | null;

/** A NOTICE or WARNING of the server. */
export interface SqlNotice {
  severity: string;
  sqlstate: string;
  message: string;
  detail?: string;
  hint?: string;
}

/** What a statement came to. */
export interface SqlOutcome {
  /** Whole command tag, `INSERT 0 3`. */
  tag: string;
  /** Rows sent to the sink; fewer than the statement yields when `limited`. */
  rowCount: number;
  /** The row limit was reached and the rest was not fetched. */
  limited: boolean;
  /** From sending the statement to its completion. */
  durationMs: number;
  /** Times the statement was run again after a conflict (40001), by the policy of the caller's request. */
  retries: number;
}

/**
 * Takes the rows of one statement as they come. A returned promise holds the server back until it settles, so that memory stays bounded
 * however many rows there are. Called in order, never after the run has settled.
 */
export interface SqlSink {
  /** Once per attempt, before its rows; again, from an empty result, when the statement is run again after a conflict. */
  columns(columns: SqlColumn[]): void | Promise<void>;
  /** Each row has one value per column. */
  rows(rows: SqlValue[][]): void | Promise<void>;
  notice?(notice: SqlNotice): void;
  /** A conflict: attempt `attempt` (1-based) failed and the next one starts in `delayMs`. */
  retry?(attempt: number, delayMs: number, error: unknown): void;
}

/** How often and how fast an autocommit statement that met a conflict is run again. */
export interface SqlRetryPolicy {
  /** Attempts in all, 1 = never again. */
  maxAttempts: number;
  baseDelayMs: number;
  maxDelayMs: number;
}

/** How one statement is run. */
export interface SqlRunOptions {
  /** For `$1`, `$2`… in text form. */
  params?: SqlValue[];
  signal?: AbortSignal;
  /** Rows to fetch at most; undefined = all. */
  maxRows?: number;
  /** Only for statements outside a transaction block. */
  retry?: SqlRetryPolicy;
}

/** `failed`: a statement in the block was refused; nothing but ROLLBACK is heard. */
export type SqlTransactionState = 'idle' | 'open' | 'failed';

/**
 * One conversation with a cluster: at most one connection, opened at the first statement, so transactions may span runs. It comes back
 * by itself: a connection that the server has closed, that is too old or whose token no longer serves is replaced once, silently, unless
 * a transaction was open; then the run fails with `CONNECTION_LOST` and says that the transaction is gone.
 */
export interface SqlSession extends Closeable {
  readonly profileId: string;
  readonly transaction: SqlTransactionState;
  /**
   * Runs one statement; one run at a time, a second call waits for the first. Rejects with a CodedError: `DATABASE` (details hold
   * sqlstate, severity, detail, hint, position), `CANCELLED` (the connection was given up, because the service heeds no cancel request),
   * or a connection's code.
   */
  run(statement: string, sink: SqlSink, options?: SqlRunOptions): Promise<SqlOutcome>;
  /**
   * The types of `$1`, `$2`… as the server takes them, in order, named like those of columns. The server only parses the statement;
   * in an open transaction an error would abort it, so call it when idle. Rejects like `run`. Absent where a session cannot tell.
   */
  describeParameters?(statement: string, signal?: AbortSignal): Promise<string[]>;
}
