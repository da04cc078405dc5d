import { INTERNAL } from '../../engine-schema';

/** Bytes of one value, and of one row (User Guide quotas, 2026-09; AWS DSQL skill, observed 2026-10-01). */
const MOST_VALUE_BYTES = 1024 * 1024;
const MOST_ROW_BYTES = 2 * MOST_VALUE_BYTES;
/** However many columns of no more than that a table has, they are half of a row at most. */
const NARROW_BYTES = MOST_VALUE_BYTES / 256;

/**
 * The size of values and rows. They count as they are stored, which is compressed: 1 MiB holds what does not compress to the byte, and many
 * times that of one letter. A table whose values have no bound below has a trigger, which costs a row that is nowhere near the limits a
 * comparison for each such column; other tables have none.
 */
export const valueSizesSql = `
CREATE OR REPLACE FUNCTION ${INTERNAL}.check_value_sizes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  measures text;
  types oid[];
  sizes integer[];
BEGIN
  SELECT string_agg(format('coalesce(pg_column_size(%I), 0)', attname), ', ' ORDER BY attnum), array_agg(atttypid ORDER BY attnum)
    INTO measures, types FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
  -- as it is stored, which NEW is not once it is handed on; of a row that a foreign key has changed again the later version is looked at
  EXECUTE format('SELECT ARRAY[%s] FROM %s WHERE ctid = $1', measures, TG_RELID::regclass) INTO sizes USING NEW.ctid;
  FOR i IN 1..coalesce(cardinality(sizes), 0) LOOP
    IF sizes[i] > ${MOST_VALUE_BYTES} THEN
      RAISE program_limit_exceeded USING MESSAGE =
        format('datatype limit greater than ${MOST_VALUE_BYTES} bytes not supported for %s', sys.base_type_oid(types[i])::regtype);
    END IF;
  END LOOP;
  IF (SELECT sum(size) FROM unnest(sizes) size) > ${MOST_ROW_BYTES} THEN
    RAISE program_limit_exceeded USING MESSAGE = 'maximum row size exceeded';
  END IF;
  RETURN NULL;
END
$$;

-- gives a table the trigger that its columns need, and takes away one that they no longer do
CREATE OR REPLACE FUNCTION ${INTERNAL}.guard_values(target oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM ${INTERNAL}.set_guard(target, 'dsql_value_sizes', 'check_value_sizes', (
    SELECT string_agg(format('pg_column_size(NEW.%I) > %s', name, ${MOST_VALUE_BYTES} / wide), ' OR ' ORDER BY name) FROM (
      SELECT a.attname AS name, b.most, count(*) OVER () AS wide, bool_or(b.most IS NULL) OVER () OR sum(b.most) OVER () > ${MOST_VALUE_BYTES} AS needed
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid,
        LATERAL (SELECT CASE WHEN t.typcategory = 'S' THEN 4 * (nullif(coalesce(nullif(a.atttypmod, -1), t.typtypmod), -1) - 4) END AS most) b
      WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND t.typlen = -1 AND t.typcategory <> 'N'
        AND coalesce(b.most > ${NARROW_BYTES}, true)
    ) columns WHERE needed));
END
$$;
`;
