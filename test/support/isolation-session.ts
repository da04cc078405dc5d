import type pg from 'pg';
import type { SessionScript } from '../../src/core/sessions/script';

/** The errors of optimistic concurrency as `answerOf` renders them. */
export const OC000 = 'ERROR 40001 change conflicts with another transaction (OC000)';
export const OC001 = 'ERROR 40001 schema has been updated by another transaction (OC001)';

/**
 * A step that is not answered within this time is reported as waiting: on DSQL nobody waits. One that does waits for a transaction that ends after
 * it, so for ever; on a busy machine DDL, or a PostgreSQL that recovers, takes seconds.
 */
const ANSWER_WITHIN_MS = 30_000;
export const NO_ANSWER = 'NO ANSWER: the statement waits';

export type Protocol = SessionScript['protocols'][number];

interface QueryOptions extends pg.QueryConfig {
  rowMode: 'array';
  queryMode?: 'extended';
  /** So many rows are fetched at a time. */
  rows?: number;
}

/** What a client sees of a statement: its tag and rows, or its SQLSTATE and message. One line each. */
export function answerOf(client: pg.Client, sql: string, protocol: Protocol = 'simple'): Promise<string> {
  return unlessWaiting(run(client, sql, protocol));
}

/** An answer, or `NO_ANSWER`. */
export async function unlessWaiting(answer: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(NO_ANSWER), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(client: pg.Client, sql: string, protocol: Protocol): Promise<string> {
  const options: QueryOptions = { text: sql, rowMode: 'array' };
  if (protocol !== 'simple') options.queryMode = 'extended';
  if (protocol === 'fetched') options.rows = 1;
  try {
    const result: unknown = await client.query(options);
    const results = (Array.isArray(result) ? result : [result]) as pg.QueryArrayResult<unknown[]>[];
    return results.map(render).join('\n');
  } catch (error) {
    if (protocol === 'fetched') client.connection.sync(); // the driver sends none after an error
    const { code, message } = error as { code?: string; message: string };
    return `ERROR ${code} ${message}`;
  }
}

/** The tag of rows that were fetched one by one counts those of the last fetch; all are counted here. */
function render({ command, rowCount: tagged, rows }: pg.QueryArrayResult<unknown[]>): string {
  const rowCount = tagged === null ? null : Math.max(tagged, rows.length);
  const counted = rowCount !== null && /^(?:SELECT|INSERT|UPDATE|DELETE)$/.test(command);
  const lines = rows.map(row => `  ${row.map(value => (value === null ? 'NULL' : String(value))).join(' | ')}`);
  return [counted ? `${command} ${rowCount}` : command, ...lines].join('\n');
}
