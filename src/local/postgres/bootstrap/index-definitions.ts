/**
 * Index definitions as the service prints them (pistachio recordings of 2026-10-10): access method `btree_index`, and a primary key's
 * index covers every other column of its table, also those added later. PostgreSQL calls a built-in number as C code unless the planner
 * inlines the body, so the bodies of the built-in names are one call each.
 */
export const indexDefinitionsSql = `
CREATE OR REPLACE FUNCTION dsql_engine.plain_indexdef(oid) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_indexdef';
CREATE OR REPLACE FUNCTION dsql_engine.plain_indexdef(oid, integer, boolean) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'pg_get_indexdef_ext';

CREATE OR REPLACE FUNCTION dsql_engine.indexdef(index oid, definition text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
  shown text := regexp_replace(definition, ' USING btree ', ' USING btree_index ');
  others text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO others
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
  WHERE i.indexrelid = index AND i.indisprimary AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attnum <> ALL ((i.indkey::int2[])[0:i.indnkeyatts - 1]);
  IF others IS NULL THEN
    RETURN shown;
  END IF;
  RETURN regexp_replace(shown, ' INCLUDE \\(.*\\)$', '') || ' INCLUDE (' || others || ')';
END
$$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_get_indexdef(oid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT dsql_engine.indexdef($1, dsql_engine.plain_indexdef($1))
$$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_indexdef(oid, integer, boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN $2 = 0 THEN dsql_engine.indexdef($1, dsql_engine.plain_indexdef($1, $2, $3))
    ELSE dsql_engine.plain_indexdef($1, $2, $3) END
$$;
-- names of earlier versions
DROP FUNCTION IF EXISTS pg_catalog.dsql_indexdef(oid, text), pg_catalog.dsql_plain_indexdef(oid),
  pg_catalog.dsql_plain_indexdef(oid, integer, boolean);
`;
