import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

const POLL_MS = 20;

/**
 * Changes what the catalogue says of an index, beside no client's DDL about its table: a DROP INDEX that has read the same row would fail
 * with "tuple concurrently updated". Waits, outside PostgreSQL, while such DDL is in an open transaction.
 * @param update a statement that finds no row when the index is gone
 * @returns how many rows it changed
 */
export async function updateIndex(index: number, update: string, pool: pg.Pool, signal: AbortSignal): Promise<number> {
  for (;;) {
    const changed = await tryUpdateIndex(index, update, pool);
    if (changed !== undefined) return changed;
    await delay(POLL_MS, undefined, { signal });
  }
}

/** The same at once; undefined when a client's DDL is under way, and nothing was changed. */
export async function tryUpdateIndex(index: number, update: string, pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ name: string }>(
    'SELECT indrelid::regclass::text AS name FROM pg_index WHERE indexrelid = $1',
    [index],
  );
  const table = rows[0]?.name;
  if (table === undefined) return 0;
  try {
    // one message, one transaction; it answers with a result for each statement
    const sql = `LOCK TABLE ${table} IN ACCESS SHARE MODE NOWAIT; ${update}`;
    const results = (await pool.query(sql)) as unknown as pg.QueryResult[];
    return results[1]?.rowCount ?? 0;
  } catch (error) {
    // locked; or renamed or dropped since its name was read
    if (/^(?:55P03|42P01|3F000)$/.test((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}
