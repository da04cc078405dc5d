import type pg from 'pg';
import { tryUpdateIndex } from './index-update';
import { ENGINE } from '../engine-schema';
import { quoteIdentifier, rewriteIndexStatement } from './index-statement';
import type { IndexRequest } from './submission';

/** For so long DDL on the table is waited for. */
const LOCK_TIMEOUT_MS = 100;

/** Columns of a table as a list for CREATE TABLE, each in its place: where one was dropped another stands, to be dropped too. */
const COLUMNS = `SELECT string_agg(CASE WHEN attisdropped THEN format('%I int', 'dropped_' || attnum)
      ELSE format('%I %s', attname, format_type(atttypid, atttypmod)) END, ', ' ORDER BY attnum) AS columns,
    string_agg(format('DROP COLUMN %I', 'dropped_' || attnum), ', ') FILTER (WHERE attisdropped) AS dropped
  FROM pg_attribute WHERE attrelid = $1 AND attrelid = to_regclass($2) AND attnum > 0`;

/**
 * Puts an index that has to wait for another build into the catalogue, as the service shows it at once: invalid, and nobody writes to it.
 * PostgreSQL has no statement for that, and would wait for the other build. So the index is made on an empty copy of the table, owned as the
 * table is (its expressions are the owner's), and is then the table's. All names, DROP INDEX and DDL on the table's columns lead to it from
 * then on. What is built takes its place, as it does that of what a broken-off build has left.
 * @returns its number; undefined where DDL keeps the table, or the name is taken
 */
export async function showWaiting(request: IndexRequest, pool: pg.Pool): Promise<number | undefined> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const index = await make(request, client);
    await client.query('COMMIT');
    return index;
  } catch {
    await client.query('ROLLBACK').catch(() => undefined);
    return undefined;
  } finally {
    client.release();
  }
}

/**
 * Has writers put their rows into a unique index that waits, so that two of them cannot have the same key: it is subject to uniqueness as one
 * that is being built (User Guide, Asynchronous indexes). Rows from before are not in it: its build finds their duplicates, and all where a
 * client's DDL about the table is under way.
 */
export async function refuseDuplicates(index: number, pool: pg.Pool): Promise<void> {
  const sql = `UPDATE pg_index SET indisready = true WHERE indexrelid = ${index} AND indisunique`;
  await tryUpdateIndex(index, sql, pool);
}

async function make(
  { tableOid, schema, table, index, sql, searchPath }: IndexRequest,
  client: pg.PoolClient,
): Promise<number> {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  await client.query(`LOCK TABLE ${name} IN ACCESS SHARE MODE`);
  const { rows } = await client.query<{ columns: string; dropped: string | null }>(COLUMNS, [tableOid, name]);
  const { columns, dropped } = rows[0]!;
  const copy = `${ENGINE}.${quoteIdentifier(table)}`;
  await client.query(`CREATE TABLE ${copy} (${columns})`);
  if (dropped !== null) await client.query(`ALTER TABLE ${copy} ${dropped}`);
  const { rows: owners } = await client.query<{ owner: string; copy: number }>(
    'SELECT relowner::regrole::text AS owner, $2::regclass::oid AS copy FROM pg_class WHERE oid = $1',
    [tableOid, copy],
  );
  await client.query(`ALTER TABLE ${copy} OWNER TO ${owners[0]!.owner}`);
  await client.query(`SET LOCAL search_path = ${searchPath || "''"}`);
  await client.query(
    rewriteIndexStatement(sql, { index: quoteIdentifier(index), table: copy }).replace(' CONCURRENTLY ', ' '),
  );
  await client.query('SET LOCAL search_path = pg_catalog');
  const made = await adopt(tableOid, owners[0]!.copy, client);
  await client.query(`DROP TABLE ${copy}`);
  return made;
}

/** Makes the copy's index the table's. That something about columns of both is written, were it the same, has every process read both anew. */
async function adopt(table: number, copy: number, client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ index: number }>(
    `UPDATE pg_index SET indrelid = $1, indisvalid = false, indisready = false WHERE indrelid = $2 RETURNING indexrelid AS index`,
    [table, copy],
  );
  const { index } = rows[0]!;
  await client.query(
    `UPDATE pg_class x SET relnamespace = t.relnamespace FROM pg_class t WHERE x.oid = $1 AND t.oid = $2`,
    [index, table],
  );
  await client.query(
    `UPDATE pg_depend SET refobjid = $2 WHERE classid = 'pg_class'::regclass AND objid = $1
     AND refclassid = 'pg_class'::regclass AND refobjid = $3`,
    [index, table, copy],
  );
  await client.query(
    `UPDATE pg_attribute SET attstattarget = attstattarget WHERE attrelid IN ($1, $2) AND attname = 'tableoid'`,
    [table, copy],
  );
  return index;
}
