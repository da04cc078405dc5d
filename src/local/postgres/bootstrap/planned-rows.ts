import { ENGINE } from '../../engine-schema';

/** What PostgreSQL takes a table that was never analysed to have at least. */
const NEW_TABLE_PAGES = 10;
const ROWS_A_PAGE = 100;

/**
 * How many rows PostgreSQL plans a table with. Whoever reads a view need not be allowed to read the tables beneath, so the role that asks is
 * one that may read all. Where that role is not to plan (`calls_functions`) it is a guess.
 */
export const plannedRowsSql = `
CREATE OR REPLACE FUNCTION ${ENGINE}.planned_rows(schema_name text, table_name text) RETURNS float8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  target oid := to_regclass(format('%I.%I', schema_name, table_name));
  plan json;
BEGIN
  IF ${ENGINE}.calls_functions(target) THEN
    RETURN ${ROWS_A_PAGE} * greatest(${NEW_TABLE_PAGES}, pg_relation_size(target) / current_setting('block_size')::int);
  END IF;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM ONLY %I.%I', schema_name, table_name) INTO plan;
  RETURN plan #>> '{0,Plan,Plan Rows}';
END
$$;
ALTER FUNCTION ${ENGINE}.planned_rows(text, text) OWNER TO pg_read_all_data;
`;
