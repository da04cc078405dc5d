/**
 * Keys that others have made and freed again, both after a transaction's snapshot. The first of them committed a write of the key, so that
 * who writes it, too, has lost; but neither the snapshot nor the newest rows show it. PostgreSQL keeps the dead versions of rows as long as
 * an older snapshot is open: they are looked up in the table's pages.
 */
import type { LockProbe } from './lock-probe';

/** Larger tables are not searched. Less than a tenth of a second's work. */
const SEARCHED_BYTES = 32 * 1024 * 1024;

/**
 * A function over those of `PAGES`: whether one of the rows at `own` has the key of a committed version that a transaction removed, or gave
 * another key, whose number is not before `since`. Keys are those of the conflict matrix: of unique indexes that are neither partial nor of
 * expressions. Cells are compared as they are stored.
 */
export const PASSED_KEYS = `CREATE FUNCTION pg_temp.has_passed_key(target regclass, own tid[], since bigint, most bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RETURN EXISTS (
    WITH own_rows AS MATERIALIZED (
      SELECT pg_temp.cells(target, data, marks, marks2, nulls) AS cells FROM pg_temp.versions(target::text, own)
    ), passed_rows AS MATERIALIZED (
      SELECT cells FROM pg_temp.passed(target, since, most) WHERE maker <> remover
    ), keys AS (
      SELECT indexrelid AS id, (indkey::int2[])[0:indnkeyatts - 1] AS columns, indnullsnotdistinct AS compares_nulls
      FROM pg_index WHERE indrelid = target AND indisunique AND indisready AND indpred IS NULL AND indexprs IS NULL
    ), own_keys AS (
      SELECT id, compares_nulls, ARRAY(SELECT cells[n] FROM unnest(columns) AS n) AS key FROM own_rows, keys
    ), passed_keys AS (
      SELECT id, ARRAY(SELECT cells[n] FROM unnest(columns) AS n) AS key FROM passed_rows, keys
    )
    SELECT FROM own_keys JOIN passed_keys USING (id, key) WHERE compares_nulls OR array_position(key, NULL) IS NULL);
END $$`;

/** Rows that a transaction sees and has written. */
export interface OwnRows {
  /** The table's name as SQL text, under the transaction's search path. */
  name: string;
  /** The table's object id. */
  table: string;
  /** An array of tid, as text. */
  places: string;
  /** The number of the first transaction that began after the snapshot. */
  since: string;
}

/** Whether one of the rows has a key that came and went after the snapshot. @throws QueryFailed */
export async function hasPassedKey({ table, places, since }: OwnRows, probe: LockProbe): Promise<boolean> {
  const sql = 'SELECT pg_temp.has_passed_key($1::regclass, $2::tid[], $3::bigint, $4::bigint)';
  const [[found] = []] = await probe.query(sql, [table, places, since, String(SEARCHED_BYTES)]);
  return found === 't';
}
