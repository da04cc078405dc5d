import type { SqlSession, SqlSink } from './contract';

/** Rows nobody wants. */
export const NO_SINK: SqlSink = { columns: () => undefined, rows: () => undefined };

/**
 * Runs `send` in a transaction that is rolled back whatever it comes to; the session must have none open. Rejects with what `send`
 * rejects with. A connection that was given up in between has no transaction left.
 */
export async function rolledBack<T>(
  session: Pick<SqlSession, 'run' | 'transaction'>,
  signal: AbortSignal,
  send: () => Promise<T>,
): Promise<T> {
  await session.run('BEGIN', NO_SINK, { signal });
  try {
    return await send();
  } finally {
    if (session.transaction !== 'idle') await session.run('ROLLBACK', NO_SINK).catch(() => undefined);
  }
}
