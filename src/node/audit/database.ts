import pg from 'pg';
import { CodedError } from '../../base/errors';
import type { AuditReport } from '../../core/audit/contract';
import { auditDatabase } from '../../core/audit/database/database-audit';
import { createLinter } from '../../core/lint/linter';
import { databaseSocket } from '../database-socket';

export interface LiveAuditOptions {
  signal?: AbortSignal;
  onProgress?(done: number, all: number): void;
}

/** No question may take longer; milliseconds. */
const QUESTION_LIMIT_MS = 30_000;

/** Whether an argument names a database rather than a folder. */
export const isDatabaseUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//.test(text);

/** The options of `pg` for a URL; what it leaves out comes from the PG* variables. @throws CodedError when it is none */
export function databaseOptions(url: string): pg.ClientConfig {
  if (!isDatabaseUrl(url) || !URL.canParse(url)) {
    throw new CodedError('AUDIT_BAD_URL', 'this is no URL of a PostgreSQL database', {
      nextStep: 'Write postgres://user@host:5432/database and give the password in PGPASSWORD.',
    });
  }
  return { connectionString: url };
}

/**
 * Examines a live PostgreSQL in one read-only transaction of its own: nothing is written, no row of a table is read. Rejects with
 * `AUDIT_CONNECT` when the database cannot be reached, and with the signal's reason; the password is in no text.
 */
export async function auditLiveDatabase(
  config: pg.ClientConfig,
  { signal, onProgress }: LiveAuditOptions = {},
): Promise<AuditReport> {
  signal?.throwIfAborted();
  const socket = databaseSocket();
  const client = new pg.Client({
    ...{ application_name: 'dsql-workshop audit', connectionTimeoutMillis: 15_000, stream: () => socket },
    ...config,
  });
  client.on('error', () => undefined);
  // also one that is still being opened, which the client itself would wait for
  const abort = (): void => void socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.connect().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw connectError(client, error);
    });
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${QUESTION_LIMIT_MS}`);
    await client.query(`SET LOCAL search_path = pg_catalog`);
    const report = await auditDatabase({
      subject: `${client.host}:${client.port}/${client.database ?? ''}`,
      createdAt: new Date().toISOString(),
      linter: await createLinter(),
      onProgress,
      ask: async sql => {
        signal?.throwIfAborted();
        await client.query('SAVEPOINT question');
        try {
          const { rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
          return rows;
        } catch (error) {
          if (!signal?.aborted) await client.query('ROLLBACK TO SAVEPOINT question');
          throw error;
        }
      },
    });
    signal?.throwIfAborted();
    await client.query('ROLLBACK');
    return report;
  } finally {
    signal?.removeEventListener('abort', abort);
    await client.end().catch(() => undefined);
  }
}

function connectError({ host, port }: pg.Client, cause: unknown): CodedError {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new CodedError('AUDIT_CONNECT', `the database at ${host}:${port} cannot be reached: ${reason}`, {
    cause,
    nextStep: 'Check host, port and user; give the password in PGPASSWORD; add ?sslmode=require where TLS is wanted.',
  });
}
