import type pg from 'pg';
import { INTERNAL } from '../engine-schema';
import { REPLACED_INDEXES, REPLACED_NAME, REPLACED_NUMBER } from '../postgres/bootstrap/replaced-indexes';
import { quoteIdentifier } from './index-statement';

/** For so long a session that has a replaced index open is waited for: nobody else wants a lock on it. */
const LOCK_TIMEOUT_MS = 10;

/** An index as the catalogue names it. */
interface NamedIndex {
  schema: string;
  index: string;
}

/** Has the next CREATE INDEX of this session put the index with the number `replaced` aside, see `replacedIndexesSql`. */
export async function willReplace(builder: pg.Client, { schema, index }: NamedIndex, replaced: number): Promise<void> {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(index)}`;
  await builder.query(`SET ${REPLACED_NUMBER} = '${replaced}'; SET ${REPLACED_NAME} = ${builder.escapeLiteral(name)}`);
}

/** What clients have said of the index that was replaced is said of the one in its place. */
export async function takeComment(replaced: number, index: number, pool: pg.Pool): Promise<void> {
  await pool.query(`UPDATE pg_description SET objoid = $2 WHERE classoid = 'pg_class'::regclass AND objoid = $1`, [
    replaced,
    index,
  ]);
}

/** Drops the indexes that have been replaced. @returns false when somebody still has one of them open: it stays for the next time */
export async function dropReplaced(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = '${REPLACED_INDEXES}'::regclass`,
  );
  let all = true;
  for (const { name } of rows) {
    try {
      // one message, one transaction
      await pool.query(
        `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}; DROP INDEX IF EXISTS ${INTERNAL}.${quoteIdentifier(name)}`,
      );
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error;
      all = false;
    }
  }
  return all;
}
