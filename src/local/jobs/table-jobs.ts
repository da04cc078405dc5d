import type pg from 'pg';
import type { PostgresAddress } from '../ports';
import { ENGINE } from '../engine-schema';
import { givePassword } from '../gateway/role-password';
import { connectAsRole, connectSuperuser } from '../postgres/connection';
import type { JobOutcome } from './index-build';
import { quoteIdentifier } from './index-statement';
import { passesByItself } from './lasting';
import type { JobRequest } from './submission';

type Validation = Extract<JobRequest, { type: 'validate' }>;

/** A connection with the rights of whoever validates. */
async function connectFor({ asker }: Validation, address: PostgresAddress): Promise<pg.Client> {
  if (!asker) return connectSuperuser(address);
  if (address.password !== undefined) await givePassword(address, asker.session);
  const client = await connectAsRole(address, asker.session);
  await client.query(`SET ROLE ${quoteIdentifier(asker.role)}`);
  return client;
}

/** What validates the constraint by the names that it and its table have now; by those it had where there is none any more. */
async function statementFor({ constraint, sql }: Validation, client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ sql: string }>(
    `SELECT pg_catalog.format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname, k.conname) AS sql FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_class t ON t.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE k.oid = $1`,
    [constraint ?? null],
  );
  return rows[0]?.sql ?? sql;
}

/** Validates a constraint. What the rows violate is the job's result, not an error. Rejects when the connection is lost. */
export async function validateConstraint(
  request: Validation,
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const connected = await connectFor(request, address).catch(failure);
  if ('status' in connected) return connected;
  const client = connected;
  const stop = () => void client.end().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await client.query(`SET search_path = ${request.searchPath || "''"}`);
    await client.query(await statementFor(request, client));
    return { status: 'completed' };
  } catch (error) {
    return failure(error);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => {});
  }
}

/**
 * Collects a table's statistics. A table that is gone is nothing to complain of (recorded text). One without rows stays unanalysed, with
 * `reltuples` -1 and planned at a million rows, as fresh tables of the service are (pistachio, and plans of tables with a row or two).
 */
export async function analyzeTable(tableOid: number, pool: pg.Pool): Promise<JobOutcome> {
  const { rows } = await pool.query<{ name: string; calls: boolean; bytes: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, ${ENGINE}.calls_functions(c.oid) AS calls, pg_relation_size(c.oid) AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1 AND c.relkind = 'r'`,
    [tableOid],
  );
  if (!rows[0]) return { status: 'completed', details: 'Skipped job for nonexistent table.' };
  const { name, calls, bytes } = rows[0];
  try {
    // to plan a SELECT is to work out constant calls in indexes, as the superuser; ANALYZE itself does so as the owner
    const hasRows = calls ? Number(bytes) > 0 : (await pool.query(`SELECT FROM ONLY ${name} LIMIT 1`)).rowCount;
    if (hasRows) await pool.query(`ANALYZE ${name}`);
    return { status: 'completed' };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): JobOutcome {
  if (passesByItself(error)) throw error;
  return { status: 'failed', details: (error as Error).message };
}
