/** What the pages of a table hold, read through functions of PostgreSQL's module pageinspect: versions of rows that no snapshot shows, and who has locked them. */
import { ENGINE } from '../engine-schema';

/**
 * Functions of a session. `versions`: the versions of rows at `places`, each page read once; `next` is the place of the version that
 * replaced it, its own where there is none.
 */
export const PAGES: readonly string[] = [
  `CREATE FUNCTION pg_temp.page(text, bigint) RETURNS bytea LANGUAGE c STRICT AS '$libdir/pageinspect', 'get_raw_page_1_9'`,
  `CREATE FUNCTION pg_temp.header(bytea, OUT lsn pg_lsn, OUT checksum int2, OUT flags int2, OUT lower int4, OUT upper int4,
    OUT special int4, OUT pagesize int4, OUT version int2, OUT prune_xid xid) LANGUAGE c STRICT AS '$libdir/pageinspect', 'page_header'`,
  `CREATE FUNCTION pg_temp.items(bytea, OUT lp int2, OUT lp_off int2, OUT lp_flags int2, OUT lp_len int2, OUT t_xmin xid, OUT t_xmax xid,
    OUT t_field3 int4, OUT t_ctid tid, OUT t_infomask2 int4, OUT t_infomask int4, OUT t_hoff int2, OUT t_bits text, OUT t_oid oid,
    OUT t_data bytea) RETURNS SETOF record LANGUAGE c STRICT AS '$libdir/pageinspect', 'heap_page_items'`,
  `CREATE FUNCTION pg_temp.cells(oid, bytea, int4, int4, text) RETURNS bytea[] LANGUAGE c AS '$libdir/pageinspect', 'tuple_data_split'`,
  `CREATE FUNCTION pg_temp.versions(target text, places tid[], OUT place tid, OUT maker xid, OUT holder xid, OUT marks int4, OUT marks2 int4,
    OUT nulls text, OUT data bytea, OUT next tid) RETURNS SETOF record LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT format('(%s,%s)', block, lp)::tid, t_xmin, t_xmax, t_infomask, t_infomask2, t_bits, t_data, t_ctid
  FROM (SELECT (p::text::point)[0]::bigint AS block, array_agg((p::text::point)[1]::int2) AS numbers FROM unnest(places) AS p GROUP BY 1) AS found,
    pg_temp.items(pg_temp.page(target, block)) WHERE lp = ANY (numbers)
$$`,
];

/**
 * Whether the version of a row at `last` is what has become of that at `first`, and none between them has other values in these columns. Who
 * replaced a version is who made the next one: another row may lie where an update that was undone has been.
 */
export const BECAME = `CREATE FUNCTION pg_temp.became(target regclass, first tid, last tid, names text[]) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  numbers int2[] := ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = target AND attname = ANY (names));
  place tid := first;
  holder xid;
  kept bytea[];
  now bytea[];
  item record;
BEGIN
  LOOP
    SELECT * INTO item FROM pg_temp.versions(target::text, ARRAY[place]);
    now := pg_temp.cells(target, item.data, item.marks, item.marks2, item.nulls);
    now := ARRAY(SELECT now[n] FROM unnest(numbers) AS n);
    IF item.place IS NULL OR place <> first AND (now <> kept OR NOT ${ENGINE}.holds(holder, ARRAY[item.maker])) THEN
      RETURN false;
    ELSIF place = last OR item.next = place THEN
      RETURN place = last;
    END IF;
    kept := now;
    holder := item.holder;
    place := item.next;
  END LOOP;
END $$`;

/**
 * The rows of tables that the transactions `mine` have locked and not changed, and which of them FOR KEY SHARE only: by the marks of
 * PostgreSQL's `htup_details.h`. Versions that they have made and locked afterwards no other snapshot shows: they follow those that it
 * shows. A row that was locked first and changed then is PostgreSQL's to guard. Raises where a name is not a table's, or the table has
 * more than `most` bytes, or has indexes that call functions of clients; CTEs have no table. Under the client's path nothing is called
 * that a function of the client's could stand in for.
 */
export const HELD_ROWS = `CREATE FUNCTION pg_temp.held_rows(names text[], path text, mine xid[], most bigint)
RETURNS TABLE (held_table text, place tid, is_shared boolean) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  locked_only CONSTANT int := x'80'::int;
  key_share CONSTANT int := x'10'::int;
  exclusive CONSTANT int := x'40'::int;
  several_holders CONSTANT int := x'1000'::int;
  of_keys CONSTANT int := x'2000'::int; -- in the second marks
  named oid[];
  places tid[];
  item record;
BEGIN
  PERFORM ${ENGINE}.set_setting('search_path', path, true);
  named := ARRAY(SELECT pg_catalog.to_regclass(name) FROM pg_catalog.unnest(names) AS name);
  PERFORM ${ENGINE}.set_setting('search_path', 'pg_catalog', true);
  FOR item IN SELECT c.oid, c.relkind, n.nspname, c.relname FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (named) LOOP
    CONTINUE WHEN item.relkind = 'v'; -- the tables beneath are named too
    IF item.relkind <> 'r' OR pg_relation_size(item.oid) > most OR ${ENGINE}.calls_functions(item.oid) THEN
      RAISE EXCEPTION 'not searched';
    END IF;
    held_table := format('%I.%I', item.nspname, item.relname);
    EXECUTE format('SELECT array_agg(ctid) FROM ONLY %s WHERE xmax <> ''0'' AND ${ENGINE}.holds(xmax, $1)', held_table) INTO places USING mine;
    WHILE places IS NOT NULL LOOP
      RETURN QUERY SELECT held_table, v.place, CASE WHEN v.marks & several_holders = 0 THEN v.marks & exclusive = 0
          ELSE NOT EXISTS (SELECT FROM pg_get_multixact_members(v.holder) WHERE xid = ANY (mine) AND mode = 'forupd') END
        FROM pg_temp.versions(held_table, places) AS v
        WHERE CASE WHEN v.marks & several_holders = 0
            THEN v.marks & locked_only <> 0 AND (v.marks & exclusive = 0 OR v.marks2 & of_keys <> 0)
          ELSE EXISTS (SELECT FROM pg_get_multixact_members(v.holder) WHERE xid = ANY (mine) AND mode IN ('keysh', 'forupd')) END;
      SELECT array_agg(v.next) INTO places FROM pg_temp.versions(held_table, places) AS v
        WHERE v.next <> v.place AND ${ENGINE}.holds(v.holder, mine);
    END LOOP;
  END LOOP;
END $$`;
