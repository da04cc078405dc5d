import { INTERNAL } from '../../engine-schema';

/**
 * Functions of schema sys whose meaning their names tell (names, and the arguments of the first three in the alphabet, of a cluster: SPIKE
 * 2026-09-23; results and other types are inferred).
 * The service also has decode_job_ext_status, decode_job_statement, decode_job_status, job_err_msg, fetch_seq_data_tuple and
 * get_key_desc, parts of its own machinery whose arguments nobody has published: of those there is the name only, see `./system-schema`.
 *
 * Sessions share PostgreSQL's connections: the gateway tells the id of a session to the transactions whose statements ask for it. Asked
 * from within a view or a function, it is that of the connection.
 */
export const systemFunctionsSql = `
CREATE OR REPLACE FUNCTION sys.base_type_oid(oid) RETURNS oid LANGUAGE sql STABLE STRICT AS $$
  WITH RECURSIVE chain(id, base) AS (
    SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = $1
    UNION ALL
    SELECT t.oid, t.typbasetype FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.base WHERE c.base <> 0
  )
  SELECT id FROM chain WHERE base = 0
$$;

CREATE OR REPLACE FUNCTION sys.current_session_id() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(pg_catalog.current_setting('gateway.session', true), ''),
    pg_catalog.md5('session ' || pg_catalog.pg_backend_pid() || pg_catalog.pg_postmaster_start_time()))::uuid
$$;

CREATE OR REPLACE FUNCTION sys.current_transaction_id() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.md5('transaction ' || pg_catalog.pg_backend_pid() || pg_catalog.transaction_timestamp())::uuid
$$;

-- the principals a database role was granted to with AWS IAM GRANT; null for admin, whom IAM alone lets in
CREATE OR REPLACE FUNCTION sys.iam_session_user() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT min(m.arn) FROM ${INTERNAL}.iam_mappings m JOIN pg_roles r ON r.oid = m.role_oid WHERE r.rolname = session_user;
END;

-- column types, User Guide "data types" (September 2026)
CREATE OR REPLACE FUNCTION sys.supported_datatypes() RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
  VALUES ('bigint'), ('boolean'), ('bytea'), ('character'), ('character varying'), ('date'), ('double precision'), ('integer'),
    ('interval'), ('json'), ('jsonb'), ('numeric'), ('real'), ('smallint'), ('text'), ('time with time zone'),
    ('time without time zone'), ('timestamp with time zone'), ('timestamp without time zone'), ('uuid')
$$;
`;
