import { ENGINE, INTERNAL } from '../../engine-schema';

/** The bytes of a key's columns and of what joins them (AWS DSQL skill, observed 2026-10-01; the User Guide says 1 KiB). */
const MOST_KEY_BYTES = 1981;
const BYTES_BETWEEN_COLUMNS = 7;

/**
 * The size of a key: one budget of bytes for all its columns, those of the primary key among them in every other index. PostgreSQL's own
 * limit is wider, and it compresses first. A table with a key whose columns may be larger than that has a trigger, which costs a row that
 * is nowhere near the limit a comparison of lengths; other tables have none. Keys of expressions are PostgreSQL's to judge.
 */
export const keySizesSql = `
-- columns of keys, those of the primary key in each index; most_bytes: null where nothing bounds it
CREATE OR REPLACE FUNCTION ${INTERNAL}.key_columns(target oid)
RETURNS TABLE (index oid, name name, is_text boolean, most_bytes integer) LANGUAGE sql STABLE AS $$
  SELECT k.index, a.attname, t.typcategory = 'S',
    CASE WHEN t.typcategory <> 'S' THEN CASE WHEN t.typlen > 0 THEN t.typlen ELSE 520 END
      WHEN coalesce(nullif(a.atttypmod, -1), t.typtypmod) > 4 THEN 4 * (coalesce(nullif(a.atttypmod, -1), t.typtypmod) - 4) END
  FROM (
    SELECT i.indexrelid AS index, i.indrelid, unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS attnum
    FROM pg_index i WHERE i.indrelid = target
    UNION
    SELECT i.indexrelid, i.indrelid, unnest((p.indkey::int2[])[0:p.indnkeyatts - 1])
    FROM pg_index i JOIN pg_index p USING (indrelid) WHERE i.indrelid = target AND p.indisprimary
  ) k
  JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = k.attnum
  JOIN pg_type t ON t.oid = a.atttypid
$$;

-- how to compute the size of each key of a table
CREATE OR REPLACE FUNCTION ${INTERNAL}.key_sizes(target oid)
RETURNS TABLE (index oid, size text) LANGUAGE sql STABLE AS $$
  SELECT index,
    string_agg(format('coalesce(%s(%I), 0)', CASE WHEN is_text THEN 'octet_length' ELSE 'pg_column_size' END, name), ' + ')
      || ' + ' || ${BYTES_BETWEEN_COLUMNS} * (count(*) - 1)
  FROM ${INTERNAL}.key_columns(target) GROUP BY index
$$;

-- whether a row that is there has a key too large for this index, as a build finds it; not asked of tables whose indexes call functions
CREATE OR REPLACE FUNCTION ${INTERNAL}.exceeds_key_size(built oid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  target oid := (SELECT indrelid FROM pg_index WHERE indexrelid = built);
  exceeds boolean;
BEGIN
  IF ${ENGINE}.calls_functions(target)
    OR NOT EXISTS (SELECT FROM ${INTERNAL}.key_columns(target) WHERE index = built AND is_text) THEN
    RETURN false;
  END IF;
  EXECUTE (SELECT format('SELECT EXISTS (SELECT FROM %s WHERE %s > ${MOST_KEY_BYTES})', target::regclass, size)
    FROM ${INTERNAL}.key_sizes(target) WHERE index = built) INTO exceeds;
  RETURN exceeds;
END
$$;

CREATE OR REPLACE FUNCTION ${INTERNAL}.check_key_sizes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  size text;
  bytes integer;
BEGIN
  FOR size IN SELECT k.size FROM ${INTERNAL}.key_sizes(TG_RELID) k LOOP
    EXECUTE format('SELECT %s FROM (SELECT ($1).*) written', size) INTO bytes USING NEW;
    IF bytes > ${MOST_KEY_BYTES} THEN
      RAISE program_limit_exceeded USING MESSAGE = 'key size too large';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- gives a table the trigger that its keys need, and takes away one that they no longer do
CREATE OR REPLACE FUNCTION ${INTERNAL}.guard_keys(target oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  condition text;
BEGIN
  SELECT string_agg(comparison, ' OR ' ORDER BY comparison) INTO condition FROM (
    SELECT DISTINCT format('%s > %s',
      string_agg(format('coalesce(octet_length(NEW.%I), 0)', name), ' + ' ORDER BY name) FILTER (WHERE is_text),
      ${MOST_KEY_BYTES} - ${BYTES_BETWEEN_COLUMNS} * (count(*) - 1) - coalesce(sum(most_bytes) FILTER (WHERE NOT is_text), 0)) AS comparison
    FROM ${INTERNAL}.key_columns(target) GROUP BY index
    HAVING bool_or(is_text) AND (bool_or(most_bytes IS NULL)
      OR sum(most_bytes) + ${BYTES_BETWEEN_COLUMNS} * (count(*) - 1) > ${MOST_KEY_BYTES})
  ) compared;
  PERFORM ${INTERNAL}.set_guard(target, 'dsql_key_sizes', 'check_key_sizes', condition);
END
$$;
`;
