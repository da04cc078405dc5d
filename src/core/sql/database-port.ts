/** Identity a statement runs as: `admin`, or a database role by the Lambda's credentials. */
export type RunAs = 'admin' | 'lambda';

/** Rows as text, as the server sent them. */
export interface QueryResult {
  columns: string[];
  rows: (string | null)[][];
  tag: string;
}

/**
 * SQL on the target. Tokens are minted per connection; errors keep severity, SQLSTATE, message, detail, hint, position.
 * Reads are repeated after a schema conflict (40001 OC001), which applied nothing. So is any text that is one transaction when
 * `onSchemaConflict` is given: it is called before each repetition.
 */
export interface DatabasePort {
  query(
    sql: string,
    options?: {
      as?: RunAs;
      user?: string;
      params?: unknown[];
      signal?: AbortSignal;
      onSchemaConflict?: () => void;
      /** What the server says beside the answer. */
      onNotice?: (notice: { severity?: string; message?: string }) => void;
      /** The answers of the text's statements, before the promise settles: of a text that fails, of those before. The promise has the last. */
      onAnswers?: (answers: readonly QueryResult[]) => void;
    },
  ): Promise<QueryResult>;
  /** Runs the statements in one transaction on one connection and rolls back. Rejects with the first error. */
  rolledBack(
    statements: string[],
    options?: { as?: RunAs; user?: string; signal?: AbortSignal },
  ): Promise<QueryResult[]>;
}
