import type { EventEmitter } from 'node:events';
import { Query, type FieldDef, type PoolClient } from 'pg';
import { CodedError } from '../base/errors';
import type { Closeable } from '../base/lifecycle';
import type { DatabasePort, QueryResult, RunAs } from '../core/sql/database-port';
import { databaseError } from './database-errors';
import { DatabasePools, POOL_SIZE } from './database-pools';
import type { ClusterTarget } from './target';
import { ADMIN_USER } from './token';

type QueryOptions = NonNullable<Parameters<DatabasePort['query']>[1]>;

/** May have begun a transaction, wherever in the text. */
const BEGINS = /\b(begin|start\s+transaction)\b/i;

/** What may be tried a second time: it changes nothing. */
const READ_ONLY =
  /^\s*(select|table|values|show|explain(?!\s+analy[sz]e\s+(verbose\s+)?(insert|update|delete|with)))\b/i;

/** A connection that hears of a schema conflict is given up; those kept may each be out of date. */
const ATTEMPTS = POOL_SIZE + 1;

/** Ends a transaction before the text ends: what follows is another one. */
const SEVERAL_TRANSACTIONS = /\b(commit|end|rollback|abort)\b(?!\s*(?:(?:work|transaction)\s*)?(?:;\s*)?$)/i;

/**
 * SQL on a target with `pg`. Statements without parameters go as simple queries, so that a text of several statements is one
 * implicit transaction, as DSQL has it. Reads that meet a schema conflict (40001 OC001: another session changed the catalogue) are
 * repeated on another connection, other texts where the caller wants to hear of it. Rejects with CodedErrors (`DATABASE` with `details.sqlstate`, or a connection's code).
 */
export function createDatabase(target: ClusterTarget): DatabasePort & Closeable {
  const pools = new DatabasePools(target);
  return {
    query: (sql, options = {}) => queryWithRetry(pools, sql, options),
    rolledBack: (statements, options = {}) => runRolledBack(pools, statements, options),
    close: () => pools.close(),
  };
}

async function queryWithRetry(pools: DatabasePools, sql: string, options: QueryOptions): Promise<QueryResult> {
  const { onSchemaConflict } = options;
  const repeatable = READ_ONLY.test(sql) || (onSchemaConflict !== undefined && !SEVERAL_TRANSACTIONS.test(sql));
  const attempt = (): Promise<QueryResult> => queryOnce(pools, sql, options);
  return repeatable ? repeated(attempt, onSchemaConflict) : attempt();
}

/** Runs `attempt` until it meets no schema conflict, once for each connection that may be out of date. */
async function repeated<T>(attempt: () => Promise<T>, onConflict?: () => void): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !isSchemaConflict(error)) throw error;
      onConflict?.();
    }
  }
}

async function queryOnce(pools: DatabasePools, sql: string, options: QueryOptions): Promise<QueryResult> {
  const { as = 'admin', user, params, signal, onNotice = () => undefined, onAnswers } = options;
  return withClient(pools, as, user, signal, async client => {
    const answers: QueryResult[] = [];
    let leavesOpen = BEGINS.test(sql);
    client.on('notice', onNotice);
    try {
      await send(client, answers, sql, params);
      leavesOpen = client.getTransactionStatus() !== 'I';
      return lastOf(answers);
    } finally {
      client.off('notice', onNotice);
      onAnswers?.(answers);
      // the next text on this connection is no part of it
      if (leavesOpen) await client.query('ROLLBACK').catch(() => undefined);
    }
  });
}

async function runRolledBack(
  pools: DatabasePools,
  statements: string[],
  options: NonNullable<Parameters<DatabasePort['rolledBack']>[1]>,
): Promise<QueryResult[]> {
  const { as = 'admin', user, signal } = options;
  const attempt = (): Promise<QueryResult[]> =>
    withClient(pools, as, user, signal, async client => {
      await client.query('BEGIN');
      try {
        const results: QueryResult[] = [];
        for (const statement of statements) {
          const answers: QueryResult[] = [];
          await send(client, answers, statement);
          results.push(lastOf(answers));
        }
        return results;
      } finally {
        await client.query('ROLLBACK');
      }
    });
  return repeated(attempt);
}

/** Runs `work` on a pooled connection. A connection that saw a conflict or an abort is not used again. */
async function withClient<T>(
  pools: DatabasePools,
  as: RunAs,
  user: string | undefined,
  signal: AbortSignal | undefined,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw cancelled();
  const client = await pools.connect(as, user ?? ADMIN_USER);
  if (signal?.aborted) {
    client.release();
    throw cancelled();
  }
  let broken = false;
  // the service does not heed cancel requests: the connection is given up instead
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled());
    signal?.addEventListener('abort', stop, { once: true });
  });
  // a connection that dies between two statements must not bring the process down
  const ignore = (): void => void (broken = true);
  client.on('error', ignore);
  try {
    return await Promise.race([work(client), aborted]);
  } catch (error) {
    const failure = databaseError(error);
    broken ||= failure.code !== 'DATABASE' || failure.details?.sqlstate === '40001';
    throw failure;
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
    client.off('error', ignore);
    client.release(broken);
  }
}

/** Runs a text and adds to `answers` what each of its statements answers, as they come: of a text that fails, those before. */
async function send(client: PoolClient, answers: QueryResult[], sql: string, params?: unknown[]): Promise<void> {
  // pg gives up the answers of a text that fails, and of a command tag it keeps the first word only; the connection has them whole
  const { connection } = client as unknown as { connection: EventEmitter };
  let columns: string[] = [];
  let rows: QueryResult['rows'] = [];
  const heard = {
    rowDescription: ({ fields }: { fields: FieldDef[] }) => void (columns = fields.map(({ name }) => name)),
    dataRow: ({ fields }: { fields: (string | null)[] }) => void rows.push(fields),
    commandComplete: ({ text: tag }: { text: string }) => {
      answers.push({ columns, rows, tag });
      [columns, rows] = [[], []];
    },
  };
  for (const [message, listener] of Object.entries(heard)) connection.on(message, listener);
  const query = new Query({ text: sql, values: params });
  // so that the rows are not kept twice
  query.on('row', () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      query.once('end', () => resolve()).once('error', reject);
      client.query(query);
    });
  } finally {
    for (const [message, listener] of Object.entries(heard)) connection.off(message, listener);
  }
}

/** What the last statement has answered; a text may hold none. */
const lastOf = (answers: QueryResult[]): QueryResult => answers.at(-1) ?? { columns: [], rows: [], tag: '' };

function isSchemaConflict(error: unknown): boolean {
  return error instanceof CodedError && error.details?.sqlstate === '40001' && error.message.includes('OC001');
}

const cancelled = (): CodedError => new CodedError('CANCELLED', 'cancelled');
