import type pg from 'pg';
import { INTERNAL } from '../engine-schema';
import { updateIndex } from './index-update';

/**
 * Makes valid what CREATE INDEX CONCURRENTLY has completed, without its wait: `indcheckxmin` keeps older snapshots from using the index, as
 * PostgreSQL does after CREATE INDEX (src/backend/access/heap/README.HOT). Plans that others keep are made anew when anything about
 * the table's columns changes, were it to the same. @returns false when the index is gone
 */
export async function makeValid(indexOid: number | undefined, pool: pg.Pool): Promise<boolean> {
  const sql = `WITH valid AS (UPDATE pg_index SET indisvalid = true, indcheckxmin = true
      WHERE indexrelid = $1 AND indisready AND indislive RETURNING indrelid)
    UPDATE pg_attribute SET attstattarget = attstattarget FROM valid WHERE attrelid = indrelid AND attname = 'tableoid'`;
  try {
    return (await pool.query(sql, [indexOid])).rowCount === 1;
  } catch (error) {
    if ((error as { code?: string }).code === 'XX000') return false; // dropped at this moment
    throw error;
  }
}

/** The index is built, and a row has a key that the service would not have taken into it: it stays behind, invalid. @returns whether it does */
export async function invalidateForSize(
  index: number | undefined,
  pool: pg.Pool,
  signal: AbortSignal,
): Promise<boolean> {
  if (index === undefined) return false;
  try {
    const { rows } = await pool.query<{ exceeds: boolean }>(`SELECT ${INTERNAL}.exceeds_key_size($1) AS exceeds`, [
      index,
    ]);
    if (rows[0]?.exceeds !== true) return false;
  } catch (error) {
    // table or index were dropped meanwhile: nothing is left to judge
    if (/^(?:42P01|42601|XX000)$/.test((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
  return (
    (await updateIndex(index, `UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${index}`, pool, signal)) === 1
  );
}
