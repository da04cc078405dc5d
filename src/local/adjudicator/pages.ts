/** What the pages of a table hold, read through functions of PostgreSQL's module pageinspect: versions of rows that no snapshot shows, and who has locked them. */
import { ENGINE } from '../engine-schema';

/**
 * Functions of a session. `versions`: the versions of rows at `places`, each page read once; `next` is the place of the version that
 * replaced it, its own where there is none. `passed`: versions that a transaction with a number not before `since` has removed or replaced, and
 * committed, which are there as long as an older snapshot is open; none of a table of more than `most` bytes. A page without any names no
 * transaction for pruning.
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
  `CREATE FUNCTION pg_temp.passed(target regclass, since bigint, most bigint, OUT place tid, OUT maker xid, OUT remover xid, OUT cells bytea[],
    OUT next tid) RETURNS SETOF record LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT format('(%s,%s)', block, lp)::tid, t_xmin, gone, pg_temp.cells(target, t_data, t_infomask, t_infomask2, t_bits), t_ctid
  FROM generate_series(0, pg_relation_size(target) / current_setting('block_size')::bigint - 1) AS block,
    pg_temp.page(target::text, block) AS page, pg_temp.items(CASE WHEN (pg_temp.header(page)).prune_xid <> '0' THEN page END),
    LATERAL (SELECT CASE WHEN t_xmax = '0' OR t_infomask & x'80'::int <> 0 THEN NULL WHEN t_infomask & x'1000'::int = 0 THEN t_xmax
      ELSE (SELECT xid FROM pg_get_multixact_members(t_xmax) WHERE mode IN ('nokeyupd', 'upd')) END) AS change(gone)
  WHERE pg_relation_size(target) <= most AND gone::text::bigint >= since
    AND pg_xact_status(t_xmin::text::xid8) = 'committed' AND pg_xact_status(gone::text::xid8) = 'committed'
$$`,
];

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

/**
 * Of versions of children that were made after the number `since`, and of the parents at `parents` those they refer to: versions that are
 * there, at `children`, with their parents at `referred`, and, in a table of no more than `most` bytes, those that have passed after the
 * number `later`. Left out is what had referred to the same before. Keys are compared as they are stored, integers at their full width; whose
 * parent is of another type refers to any.
 */
export const REFERRING: readonly string[] = [
  `CREATE FUNCTION pg_temp.key(target oid, numbers int2[], cells bytea[]) RETURNS bytea[] LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT array_agg(CASE WHEN typname ~ '^int[248]$'
      THEN cell || decode(repeat(CASE WHEN get_byte(cell, typlen - 1) > 127 THEN 'ff' ELSE '00' END, 8 - typlen), 'hex') ELSE cell END ORDER BY n)
  FROM unnest(numbers) WITH ORDINALITY AS part(number, n) JOIN pg_attribute ON attrelid = target AND attnum = number
    JOIN pg_type t ON t.oid = atttypid, LATERAL (SELECT cells[number]) AS stored(cell)
$$`,
  `CREATE FUNCTION pg_temp.referring(key oid, parents tid[], children tid[], referred tid[], since bigint, later bigint, most bigint)
RETURNS TABLE (child tid, parent tid) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  k pg_constraint;
  are_alike boolean;
BEGIN
  SELECT * INTO k FROM pg_constraint WHERE oid = key;
  are_alike := NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS pair(child, parent)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.child
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.parent
    WHERE a.atttypid <> b.atttypid AND NOT (ARRAY[a.atttypid, b.atttypid]::regtype[] <@ '{int2,int4,int8}'));
  RETURN QUERY WITH passed AS MATERIALIZED (
    SELECT v.place, maker, remover, next, pg_temp.key(k.conrelid, k.conkey, cells) AS reference
    FROM pg_temp.passed(k.conrelid, since, most) AS v
  ), made AS (
    SELECT place, maker, reference, NULL::tid AS of FROM passed
    WHERE maker::text::bigint >= since AND remover::text::bigint >= later AND maker <> remover AND array_position(reference, NULL) IS NULL
    UNION ALL SELECT v.place, v.maker, pg_temp.key(k.conrelid, k.conkey, cells), now.of
    FROM pg_temp.versions(k.conrelid::regclass::text, children) AS v JOIN unnest(children, referred) AS now(place, of) USING (place),
      pg_temp.cells(k.conrelid, v.data, v.marks, v.marks2, v.nulls) AS cells
  ), claimed AS (
    SELECT v.place, pg_temp.key(k.confrelid, k.confkey, cells) AS reference
    FROM pg_temp.versions(k.confrelid::regclass::text, parents) AS v, pg_temp.cells(k.confrelid, v.data, v.marks, v.marks2, v.nulls) AS cells
  )
  SELECT made.place, claimed.place FROM made JOIN claimed
    ON CASE WHEN of IS NULL THEN NOT are_alike OR made.reference = claimed.reference ELSE claimed.place = of END
  WHERE NOT EXISTS (SELECT FROM passed AS before
    WHERE before.next = made.place AND before.remover = made.maker AND before.reference = made.reference);
END $$`,
];
