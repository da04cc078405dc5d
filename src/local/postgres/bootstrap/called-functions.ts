import { ENGINE } from '../../engine-schema';

/**
 * Whether an index or an extended statistic of a table calls functions that clients have defined. PostgreSQL's planner works out what is
 * constant in their expressions and conditions for every statement on the table, as whoever plans it: so the cluster's own roles, who may do
 * more than the owner, plan no statement on such a table (RelationGetIndexExpressions in src/backend/utils/cache/relcache.c).
 */
export const calledFunctionsSql = `
CREATE OR REPLACE FUNCTION ${ENGINE}.calls_functions(target oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT EXISTS (
    SELECT FROM pg_depend d
    JOIN (SELECT 'pg_class'::regclass AS classid, indexrelid AS objid FROM pg_index WHERE indrelid = target
      UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = target) part USING (classid, objid)
    WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384)
$$;
`;
