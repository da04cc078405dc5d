import { ENGINE, INTERNAL } from '../../engine-schema';

/** The role `admin`, owner of the database and so in effect of schema public, and the schemas of the cluster itself. */
export const rolesSql = `
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'admin') THEN
    CREATE ROLE admin LOGIN CREATEROLE;
  END IF;
END
$$;
ALTER DATABASE postgres OWNER TO admin;
ALTER SCHEMA public OWNER TO pg_database_owner;
-- one connection of the pool would have what was made in pg_temp, and the next one not
REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC, admin;

-- they run a text as a statement, which nothing has judged
REVOKE EXECUTE ON FUNCTION query_to_xml, query_to_xmlschema, query_to_xml_and_xmlschema, ts_stat(text), ts_stat(text, text),
  ts_rewrite(tsquery, text) FROM PUBLIC;
-- a schema that another session drops while they walk ends PostgreSQL with signal 11, 16.14 by itself too: everybody's transactions with it
REVOKE EXECUTE ON FUNCTION database_to_xml, database_to_xmlschema, database_to_xml_and_xmlschema, schema_to_xml, schema_to_xmlschema,
  schema_to_xml_and_xmlschema FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS ${INTERNAL};
REVOKE ALL ON SCHEMA ${INTERNAL} FROM PUBLIC;
-- what runs in clients' sessions on the cluster's behalf: callable, but in no list of schemas or functions
CREATE SCHEMA IF NOT EXISTS ${ENGINE};
GRANT USAGE ON SCHEMA ${ENGINE} TO PUBLIC;
CREATE SCHEMA IF NOT EXISTS sys;
GRANT USAGE ON SCHEMA sys TO PUBLIC;

-- whether one of the transactions \`mine\` is a member of the multixact \`holder\`, where there is such a one
CREATE OR REPLACE FUNCTION ${ENGINE}.shares(holder xid, mine xid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_get_multixact_members(holder) m WHERE m.xid = ANY (mine));
EXCEPTION WHEN OTHERS THEN RETURN false;
END
$$;
-- whether one of the transactions \`mine\` holds a row whose xmax is \`holder\`; a number alone does not say whether it is a multixact's, but one that no
-- multixact has had yet is none. PostgreSQL puts it into the statement: whole tables of rows that were locked once are asked about
CREATE OR REPLACE FUNCTION ${ENGINE}.holds(holder xid, mine xid[]) RETURNS boolean LANGUAGE sql STABLE
RETURN holder = ANY (mine) OR CASE WHEN holder <> '0' AND mxid_age(holder) > 0 THEN ${ENGINE}.shares(holder, mine) ELSE false END;
-- which of these places hold versions of rows that the transaction sees, whether its role may read the table or not
CREATE OR REPLACE FUNCTION ${ENGINE}.sees(target regclass, places tid[]) RETURNS SETOF tid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT ctid FROM ONLY %s WHERE ctid = ANY ($1)', target) USING places;
END
$$;
ALTER FUNCTION ${ENGINE}.sees(regclass, tid[]) OWNER TO pg_read_all_data;
`;
