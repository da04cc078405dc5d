import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresAddress } from '../ports';
import { connectSuperuser } from '../postgres/connection';
import { quoteIdentifier } from './index-statement';

/** For so long writers of the table wait for the index, and it for them. */
const LOCK_TIMEOUT_MS = 100;
const MAX_ATTEMPTS = 40;

/** A unique index as the catalogue names it. */
export interface FailedIndex {
  schema: string;
  index: string;
  /** Of the build: its expressions may call functions by names without a schema. */
  searchPath: string;
}

/**
 * A unique index that duplicates kept from being built refuses further ones until it is dropped (User Guide, Asynchronous indexes,
 * September 2026). Writers pass by what CREATE INDEX CONCURRENTLY leaves: it is filled as if it were not unique, in one transaction.
 * Where writers never let go of the table for so long, it stays as it is. Rejects when the connection is lost or the signal fires.
 */
export async function holdToUniqueness(
  failed: FailedIndex,
  address: PostgresAddress,
  signal: AbortSignal,
): Promise<void> {
  const client = await connectSuperuser(address);
  const name = `${quoteIdentifier(failed.schema)}.${quoteIdentifier(failed.index)}`;
  const mark = (state: string): string =>
    `UPDATE pg_index SET ${state} WHERE indexrelid = '${name.replaceAll("'", "''")}'::regclass`;
  try {
    await client.query(`SET search_path = ${failed.searchPath || "''"}; SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      signal.throwIfAborted();
      try {
        await client.query('BEGIN');
        const { rowCount } = await client.query(`${mark('indisunique = false')} AND NOT indisready`);
        if (rowCount) await client.query(`REINDEX INDEX ${name}`);
        if (rowCount) await client.query(mark('indisunique = true, indisvalid = false'));
        await client.query('COMMIT');
        return;
      } catch (error) {
        const { code } = error as { code?: string };
        // not the table's turn yet, or it is being dropped
        if (!/^(?:55P03|40P01|42P01|3F000|XX000)$/.test(code ?? '')) throw error;
        await client.query('ROLLBACK');
        if (code === '42P01' || code === '3F000') return;
        await delay(LOCK_TIMEOUT_MS);
      }
    }
  } finally {
    await client.end();
  }
}
