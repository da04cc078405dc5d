import { ENGINE, INTERNAL } from '../../engine-schema';
import { waitInTransactionBlock } from '../../gateway/errors';

/** Schema sys: what clients see of the cluster. Columns and types of sys.jobs and of the mappings are the service's (recorded). */
export const systemSchemaSql = `
CREATE TABLE IF NOT EXISTS ${INTERNAL}.jobs (
  job_id text PRIMARY KEY,
  status text NOT NULL,
  details text,
  job_type text NOT NULL,
  class_id oid NOT NULL,
  object_id oid NOT NULL,
  start_time timestamptz NOT NULL,
  update_time timestamptz,
  -- what a job does, for the runner
  request jsonb
);
CREATE OR REPLACE FUNCTION ${INTERNAL}.object_name(object_id oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT n.nspname || '.' || c.relname
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = object_id
$$;
CREATE OR REPLACE VIEW sys.jobs AS
  SELECT j.job_id, j.status, j.details, j.job_type, j.class_id, j.object_id,
         CASE WHEN j.job_type <> 'DROP' THEN coalesce(
           ${INTERNAL}.object_name(j.object_id),
           -- an index that waits for another on its table has a name but no number yet
           CASE WHEN j.object_id = 0 THEN (j.request->>'schema') || '.' || (j.request->>'index') END) END AS object_name,
         j.start_time, j.update_time
  FROM ${INTERNAL}.jobs j;
GRANT SELECT ON sys.jobs TO PUBLIC;
-- indexes of a table that are to be built and not yet in the catalogue: those before them are
CREATE OR REPLACE FUNCTION ${ENGINE}.waiting_indexes(table_oid oid) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) FROM ${INTERNAL}.jobs j
    WHERE j.job_type = 'INDEX_BUILD' AND j.status IN ('submitted', 'processing') AND j.object_id = 0
      AND (j.request->>'tableOid')::oid = table_oid
      AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = table_oid AND c.relname = j.request->>'index'));
END
$$;

CREATE SEQUENCE IF NOT EXISTS ${INTERNAL}.iam_oids MINVALUE 26000;
CREATE TABLE IF NOT EXISTS ${INTERNAL}.iam_mappings (
  iam_oid oid PRIMARY KEY DEFAULT nextval('${INTERNAL}.iam_oids')::oid,
  arn text NOT NULL,
  role_oid oid NOT NULL,
  grantor_oid oid NOT NULL,
  UNIQUE (role_oid, arn)
);
CREATE OR REPLACE VIEW sys.iam_pg_role_mappings AS
  SELECT m.iam_oid, m.arn, m.role_oid AS pg_role_oid, r.rolname AS pg_role_name,
         m.grantor_oid AS grantor_pg_role_oid, g.rolname AS grantor_pg_role_name
  FROM ${INTERNAL}.iam_mappings m
  JOIN pg_catalog.pg_roles r ON r.oid = m.role_oid
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = m.grantor_oid;
GRANT SELECT ON sys.iam_pg_role_mappings TO PUBLIC;

CREATE OR REPLACE FUNCTION sys.dsql_major_version() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE OR REPLACE FUNCTION sys.cluster_size() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
  AS $$ SELECT pg_catalog.pg_database_size('postgres') $$;
CREATE OR REPLACE FUNCTION sys.cluster_size_limit() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 10995116277760::bigint';

-- arguments have no names (a cluster's own answer, SPIKE 2026-09-23); those of former versions have, and no replacement may take them
DO $do$ BEGIN
  EXECUTE format($update$
    UPDATE %s SET proargnames = NULL WHERE proargnames IS NOT NULL AND pronamespace = 'sys'::regnamespace
      AND proname IN ('uuid_to_base32_str', 'base32_str_to_uuid', 'base_type_oid') $update$, 1255::regclass);
END $do$;
CREATE OR REPLACE FUNCTION sys.uuid_to_base32_str(uuid) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT string_agg(
    substr('abcdefghijklmnopqrstuvwxyz234567', substring(bits FROM 5 * i + 1 FOR 5)::bit(5)::integer + 1, 1), '' ORDER BY i)
  FROM (SELECT ('x' || replace($1::text, '-', ''))::bit(128) || B'00' AS bits) b, generate_series(0, 25) i
$$;
CREATE OR REPLACE FUNCTION sys.base32_str_to_uuid(text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  text_id ALIAS FOR $1;
  bits bit varying := B'';
BEGIN
  -- 26 digits of five bits; the last holds three of the 128 and two zero bits
  IF text_id !~ '^[a-z2-7]{25}[aeimquy4]$' THEN
    RAISE EXCEPTION 'Unable to convert text to UUID' USING ERRCODE = '22P02';
  END IF;
  FOR i IN 1..26 LOOP
    bits := bits || (strpos('abcdefghijklmnopqrstuvwxyz234567', substr(text_id, i, 1)) - 1)::bit(5);
  END LOOP;
  RETURN (SELECT string_agg(lpad(to_hex(substring(bits FROM 8 * i + 1 FOR 8)::bit(8)::integer), 2, '0'), '' ORDER BY i)
          FROM generate_series(0, 15) i)::uuid;
END
$$;

-- functions known by name only: AWS publishes neither their arguments nor what they answer (2026-11)
DO $do$
DECLARE
  known text;
BEGIN
  FOREACH known IN ARRAY ARRAY['decode_job_ext_status', 'decode_job_statement', 'decode_job_status', 'fetch_seq_data_tuple', 'get_key_desc', 'job_err_msg'] LOOP
    EXECUTE format($create$
      CREATE OR REPLACE FUNCTION sys.%1$I() RETURNS text LANGUAGE plpgsql AS $body$
      BEGIN
        RAISE EXCEPTION 'function sys.%1$s not supported'
          USING ERRCODE = '0A000', HINT = 'The local cluster knows this function by its name only.';
      END $body$ $create$, known);
  END LOOP;
END
$do$;

-- SELECT sys.wait_for_job(…) then fails as the service does, 42809; the gateway waits itself, see there for the detail
DROP PROCEDURE IF EXISTS sys.wait_for_job;
CREATE PROCEDURE sys.wait_for_job(IN job_id text, INOUT succeeded boolean DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
  RAISE feature_not_supported USING MESSAGE = '${waitInTransactionBlock.message}', DETAIL = coalesce(job_id, '');
END
$$;
`;
