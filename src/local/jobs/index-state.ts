import type pg from 'pg';
import { ENGINE } from '../engine-schema';
import { quoteIdentifier, rewriteIndexStatement } from './index-statement';
import type { IndexRequest } from './submission';

/** What the catalogue has of an index that is to be built, and of its table. */
export interface IndexState {
  /** The request with the names that table and index have now; absent when the table is gone. */
  request?: IndexRequest;
  index?: number;
  valid?: boolean;
}

/**
 * Looks a request's table and index up. Both may have been given other names, and another schema, since it was made.
 * @param known the index's number, which leads to it whatever its name is; without one its name does
 */
export async function stateOf(request: IndexRequest, known: number | undefined, pool: pg.Pool): Promise<IndexState> {
  const { rows } = await pool.query<{
    schema: string;
    table: string;
    index: string;
    oid: string | null;
    valid: boolean;
  }>(
    `SELECT n.nspname AS schema, c.relname AS table, coalesce(found.relname, $3::name) AS index, found.oid::text, found.indisvalid AS valid
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN (
       SELECT x.oid, x.relname, i.indrelid, i.indisvalid FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
     ) found ON found.indrelid = c.oid AND CASE WHEN $2::oid IS NULL THEN found.relname = $3::name ELSE found.oid = $2::oid END
     WHERE c.oid = $1`,
    [request.tableOid, known ?? null, request.index],
  );
  const [row] = rows;
  if (!row) return {};
  const { schema, table, index, oid, valid } = row;
  const target = { index: quoteIdentifier(index), table: `${quoteIdentifier(schema)}.${quoteIdentifier(table)}` };
  const sql = rewriteIndexStatement(request.sql, target);
  return {
    request: { ...request, schema, table, index, sql },
    ...(oid !== null && { index: Number(oid), valid }),
  };
}

/** A request as the catalogue defines its index: columns that were renamed since have their names of now. */
export async function asDefined(request: IndexRequest, index: number, client: pg.ClientBase): Promise<IndexRequest> {
  const { rows } = await client.query<{ sql: string | null }>(`SELECT ${ENGINE}.plain_indexdef($1) AS sql`, [index]);
  const sql = rows[0]?.sql?.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ');
  return sql === undefined ? request : { ...request, sql };
}
