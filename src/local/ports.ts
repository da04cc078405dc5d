/** The seams between the parts of the local cluster. Each part is built against these and tested alone. */
import type { Closeable, Disposable } from '../base/lifecycle';
import type { ExplainStatement, SpecialStatement } from '../core/dialect/contract';

/** Where the private PostgreSQL listens. Clients of the cluster never see it. */
export interface PostgresAddress {
  /** Directory of the Unix socket, or a host name on Windows. */
  host: string;
  port: number;
  /** Superuser for the cluster's own work. */
  superuser: string;
  /** Only where there is no Unix socket. */
  password?: string;
}

/** How long requests wait for a PostgreSQL that recovers. It has just been started then. */
export const RECOVERY_MS = 15_000;

/** A supervised PostgreSQL. It is restarted when it dies; `close` stops it. */
export interface PostgresServer extends Closeable {
  readonly address: PostgresAddress;
  readonly pid: number;
  /** It stands still until its disk has space. */
  readonly awaitsSpace?: boolean;
  /** Called after PostgreSQL died and again accepts connections. */
  onRestart(listener: () => void): void;
}

/** A protocol-level error: what an ErrorResponse or NoticeResponse carries. */
export interface ServerError {
  severity: 'ERROR' | 'FATAL' | 'PANIC' | 'NOTICE' | 'WARNING';
  sqlstate: string;
  message: string;
  detail?: string;
  hint?: string;
  /** 1-based, in characters of the statement, as PostgreSQL counts. */
  position?: number;
  /** Where it was met, beside the statement's text: a line of COPY's data. */
  context?: string;
  /** PostgreSQL's function that told it, where clients go by that. */
  routine?: string;
}

/** How a client said which cluster it means. */
export interface Reached {
  /** The TLS server name (SNI); libpq before 14 sends none, and no client sends one for an address. */
  serverName?: string;
  /** The start-up option `-c amzn-cluster-id=…`. */
  clusterId?: string;
}

/** Verifies the IAM token a client sent as its password. */
export interface Authenticator {
  /** @returns undefined when `user` may connect, else what the service answers (FATAL 08006 with the service's HINT). */
  authenticate(user: string, token: string, nowMs: number, reached?: Reached): Promise<ServerError | undefined>;
}

/** Rows of a catalogue look-up, text format, NULL as null. */
export type CatalogQuery = (sql: string, params?: string[]) => Promise<(string | null)[][]>;

/** Settings of a session that the gateway alone keeps, as far as plans show them. */
export interface ExplainSession {
  /** `dsql.enable_batched_nestloop`; on unless it was set off. */
  batchedNestedLoops: boolean;
  /** `enable_bitmapscan`; on unless it was set off. */
  bitmapScans: boolean;
}

/** Turns PostgreSQL's plans into DSQL's. */
export interface Explainer {
  /** The EXPLAIN to send to PostgreSQL instead of the client's. Its answer is one column holding one JSON document. */
  toPostgres(statement: ExplainStatement): string;
  /**
   * The lines DSQL prints. `query` looks things up in the catalogue, in the client's transaction; `session` holds the settings of
   * DSQL's own that bear on plans.
   */
  toDsql(
    planJson: string,
    statement: ExplainStatement,
    query: CatalogQuery,
    session?: ExplainSession,
  ): Promise<string[]>;
}

/** Runs asynchronous jobs. */
export interface JobRunner extends Closeable {
  /**
   * Checks an asynchronous statement on the session's own backend, inside its transaction, and records the job there, so that
   * ROLLBACK forgets it. @returns the 26-character job id, answered to the client as one row, column `job_id`; none where IF EXISTS
   * found no table.
   * Rejects with a `JobRefused` holding the ServerError to answer.
   */
  submit(
    special: Extract<SpecialStatement, { type: 'create-index-async' | 'validate-constraint-async' }>,
    query: CatalogQuery,
  ): Promise<{ jobId?: string; notice?: ServerError }>;
  /**
   * The transaction that submitted the job has committed: start it. Resolves as soon as the catalogue shows what the client may
   * look for next (the index, still invalid).
   */
  committed(jobId: string): Promise<void>;
  /**
   * Waits until the job is over; for an id that no job has, until `signal`. @returns true when it succeeded. Rejects with `JobRefused`
   * for a malformed id.
   */
  wait(jobId: string, signal: AbortSignal): Promise<boolean>;
  /** Calls `listener` when the catalogue shows an index. Before it refuses its first key the listener is done. */
  onIndexVisible(listener: () => Promise<void>): Disposable;
  /** Calls `listener` with the processes whose locks a build waits for, again and again while it does. */
  onHeldUp(listener: (pids: readonly number[]) => void): Disposable;
}

/** What `JobRunner` rejects with. */
export class JobRefused extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}
