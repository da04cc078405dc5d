import type pg from 'pg';

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
