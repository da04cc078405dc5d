import { ENGINE } from '../../engine-schema';

/**
 * How many rows PostgreSQL plans a table with. Whoever reads a view need not be allowed to read the tables beneath, so the role that asks is
 * one that may read all.
 */
export const plannedRowsSql = `
CREATE OR REPLACE FUNCTION ${ENGINE}.planned_rows(schema_name text, table_name text) RETURNS float8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM ONLY %I.%I', schema_name, table_name) INTO plan;
  RETURN plan #>> '{0,Plan,Plan Rows}';
END
$$;
ALTER FUNCTION ${ENGINE}.planned_rows(text, text) OWNER TO pg_read_all_data;
`;
