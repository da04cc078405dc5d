import { ENGINE } from '../../engine-schema';

/**
 * Index definitions as the service prints them (pistachio recordings of 2026-10-10): access method `btree_index`, and a primary key's
 * index covers every other column of its table, also those added later. So do its parts, its constraint (a dump of a live cluster in AWS's
 * loader, 2026) and `pg_index` (rails/rails pull request 58555, 2026-08-24). PostgreSQL calls a built-in number as C code unless the
 * planner inlines the body, so the bodies of the built-in names are one call each.
 */
export const indexDefinitionsSql = `
-- numbers of all columns of a table, those of a key first
CREATE OR REPLACE FUNCTION ${ENGINE}.covered_columns(target oid, keys int2[]) RETURNS int2[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT keys || coalesce(array_agg(attnum ORDER BY attnum), '{}') FROM pg_catalog.pg_attribute
  WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attnum <> ALL (keys);
END;

CREATE OR REPLACE FUNCTION ${ENGINE}.plain_indexdef(oid) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_indexdef';
CREATE OR REPLACE FUNCTION ${ENGINE}.plain_indexdef(oid, integer, boolean) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_indexdef_ext';

CREATE OR REPLACE FUNCTION ${ENGINE}.indexdef(index oid, definition text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  shown text := regexp_replace(definition, ' USING btree ', ' USING btree_index ');
  others text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO others
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
  WHERE i.indexrelid = index AND i.indisprimary AND i.indrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attnum <> ALL ((i.indkey::int2[])[0:i.indnkeyatts - 1]);
  IF others IS NULL THEN
    RETURN shown;
  END IF;
  RETURN regexp_replace(shown, ' INCLUDE \\(.*\\)$', '') || ' INCLUDE (' || others || ')';
END
$$;

-- one column of an index; PostgreSQL's own index has no place for what a primary key covers
CREATE OR REPLACE FUNCTION ${ENGINE}.index_part(index oid, part integer, pretty boolean) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(nullif(shown, ''), (
    SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid
      AND a.attnum = (${ENGINE}.covered_columns(i.indrelid, (i.indkey::int2[])[0:i.indnkeyatts - 1]))[part]
    WHERE i.indexrelid = index AND i.indisprimary AND i.indrelid >= 16384 AND part > i.indnkeyatts), shown)
  FROM ${ENGINE}.plain_indexdef(index, part, pretty) AS shown;
END;

CREATE OR REPLACE FUNCTION ${ENGINE}.plain_constraintdef(oid) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_constraintdef';
CREATE OR REPLACE FUNCTION ${ENGINE}.plain_constraintdef(oid, boolean) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_constraintdef_ext';
CREATE OR REPLACE FUNCTION ${ENGINE}.constraintdef(target oid, definition text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce((
    SELECT ${ENGINE}.indexdef(conindid, definition) FROM pg_catalog.pg_constraint WHERE oid = target AND contype = 'p'), definition);
END;

CREATE OR REPLACE FUNCTION pg_catalog.pg_get_indexdef(oid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT ${ENGINE}.indexdef($1, ${ENGINE}.plain_indexdef($1));
END;
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_indexdef(oid, integer, boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN $2 = 0 THEN ${ENGINE}.indexdef($1, ${ENGINE}.plain_indexdef($1, $2, $3))
    ELSE ${ENGINE}.index_part($1, $2, $3) END;
END;
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_constraintdef(oid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT ${ENGINE}.constraintdef($1, ${ENGINE}.plain_constraintdef($1));
END;
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_constraintdef(oid, boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT ${ENGINE}.constraintdef($1, ${ENGINE}.plain_constraintdef($1, $2));
END;
-- names of earlier versions
DROP FUNCTION IF EXISTS pg_catalog.dsql_indexdef(oid, text), pg_catalog.dsql_plain_indexdef(oid),
  pg_catalog.dsql_plain_indexdef(oid, integer, boolean);
`;
