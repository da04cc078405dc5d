/**
 * The questions to the catalogue, as data. Only relations and functions that DSQL answers (pg_class, pg_attribute, pg_constraint,
 * pg_index… of the User Guide's list; pg_proc, pg_sequence and the deparsing functions as recorded on clusters). No pg_stat_*, no
 * pg_authid, no pg_enum. Parameters are text; results are text.
 */

/**
 * Stands before an object's number where its definition is deparsed: the search path is pg_catalog alone for the rest of the query's
 * transaction, so that every other name in the definition carries its schema. The condition makes the call come first.
 */
const outOfPath = (oid: string): string =>
  `CASE WHEN (SELECT set_config('search_path', 'pg_catalog', true)) IS NOT NULL THEN ${oid} END`;

/** The names of a table's columns by their numbers, in the order of the numbers, as an array's text. */
export const columnNames = (numbers: string, table: string): string =>
  `(SELECT array_agg(a.attname::text ORDER BY k.at)::text FROM unnest(${numbers}) WITH ORDINALITY k(number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number)`;

const sequenceColumns = `s.seqtypid::regtype::text AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
  s.seqmin::text AS minimum, s.seqmax::text AS maximum, s.seqcache::text AS cache, s.seqcycle AS cycle`;

/** The sequences behind identity columns belong to their columns. */
const notOfIdentity = `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')`;

/** Keys and included columns one by one, because the whole definition's form differs between versions. */
const INDEX_PARTS = `SELECT i.indexrelid::text AS oid, n.nspname AS schema, t.relname AS table, c.relname AS name, i.indisunique AS unique,
  i.indisprimary AS primary, i.indisvalid AS valid, i.indnullsnotdistinct AS nulls_not_distinct, i.indnkeyatts::text AS key_count,
  (SELECT array_agg(pg_catalog.pg_get_indexdef(${outOfPath('i.indexrelid')}, k, false)
      || CASE WHEN k <= i.indnkeyatts AND i.indoption[k - 1] & 2 <> 0 THEN ' NULLS FIRST' ELSE '' END ORDER BY k)::text
    FROM generate_series(1, i.indnatts) k) AS parts,
  pg_catalog.pg_get_expr(i.indpred, ${outOfPath('i.indrelid')}) AS predicate,
  (SELECT con.conname FROM pg_catalog.pg_constraint con
    WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u') LIMIT 1) AS constraint,
  pg_catalog.obj_description(i.indexrelid, 'pg_class') AS comment
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace`;

const JOBS = `SELECT j.job_id AS id, j.status AS status, j.job_type AS type, j.details AS details, j.object_id::text AS object_id,
  j.object_name AS object_name, (extract(epoch FROM j.start_time) * 1000)::bigint::text AS started_ms,
  (extract(epoch FROM j.update_time) * 1000)::bigint::text AS updated_ms
FROM sys.jobs j`;

const inSchema = (alias: string, prefix: string): string =>
  `JOIN pg_catalog.pg_namespace n ON n.oid = ${alias}.${prefix}namespace AND n.nspname = $1`;

/** The catalogue's questions, one statement each, with only what DSQL's catalogues have; parameters are told before each. */
export const CATALOG_QUERIES = {
  schemas: `SELECT n.oid::text AS oid, n.nspname AS name, pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
  pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment
FROM pg_catalog.pg_namespace n
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY n.nspname`,

  /** $1 schema */
  relations: `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.reltuples::text AS tuples,
  pg_catalog.pg_get_userbyid(c.relowner) AS owner, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class c ${inSchema('c', 'rel')}
WHERE c.relkind IN ('r', 'v', 'S') AND ${notOfIdentity}
ORDER BY c.relname`,

  /** $1 schema */
  routines: `SELECT p.oid::text AS oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind,
  pg_catalog.pg_get_function_arguments(${outOfPath('p.oid')}) AS parameters,
  pg_catalog.pg_get_function_identity_arguments(${outOfPath('p.oid')}) AS identity,
  pg_catalog.pg_get_function_result(p.oid) AS result, pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
FROM pg_catalog.pg_proc p ${inSchema('p', 'pro')}
ORDER BY p.proname, identity`,

  /** $1 schema */
  sequences: `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, ${sequenceColumns},
  pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class c ${inSchema('c', 'rel')} JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
WHERE c.relkind = 'S' AND ${notOfIdentity}
ORDER BY c.relname`,

  /** $1 schema */
  domains: `SELECT t.oid::text AS oid, n.nspname AS schema, t.typname AS name, t.typnotnull AS notnull,
  pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
  pg_catalog.pg_get_expr(t.typdefaultbin, ${outOfPath('0::oid')}) AS default,
  pg_catalog.obj_description(t.oid, 'pg_type') AS comment
FROM pg_catalog.pg_type t ${inSchema('t', 'typ')}
WHERE t.typtype = 'd'
ORDER BY t.typname`,

  /** $1 schema */
  domainChecks: `SELECT t.typname AS domain, con.conname AS name, con.convalidated AS validated,
  pg_catalog.pg_get_expr(con.conbin, ${outOfPath('0::oid')}) AS expression
FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_type t ON t.oid = con.contypid ${inSchema('t', 'typ')}
WHERE con.contype = 'c'
ORDER BY t.typname, con.conname`,

  /** $1 the relation's number */
  relation: `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.reltuples::text AS tuples,
  pg_catalog.pg_get_userbyid(c.relowner) AS owner, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = $1::oid`,

  /** $1 the relation's number */
  columns: `SELECT a.attname AS name, a.attnum::text AS position, a.attnotnull AS notnull, a.attidentity AS identity,
  a.attgenerated AS generated, pg_catalog.format_type(${outOfPath('a.atttypid')}, a.atttypmod) AS type,
  CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
  pg_catalog.pg_get_expr(d.adbin, ${outOfPath('d.adrelid')}) AS default,
  pg_catalog.col_description(a.attrelid, a.attnum) AS comment
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`,

  /** $1 the table's number. The sequences of its identity columns. */
  identities: `SELECT a.attname AS column, n.nspname AS schema, c.relname AS name, ${sequenceColumns}
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $1::oid AND d.deptype = 'i'
ORDER BY a.attnum`,

  /** $1 the table's number */
  constraints: `SELECT con.conname AS name, con.contype AS kind, con.convalidated AS validated, con.condeferrable AS deferrable,
  con.condeferred AS deferred, con.connoinherit AS noinherit,
  CASE WHEN con.contype = 'c' THEN pg_catalog.pg_get_expr(con.conbin, ${outOfPath('con.conrelid')}) END AS expression,
  ${columnNames('con.conkey', 'con.conrelid')} AS columns,
  fn.nspname AS ref_schema, f.relname AS ref_table, ${columnNames('con.confkey', 'con.confrelid')} AS ref_columns,
  con.confupdtype AS on_update, con.confdeltype AS on_delete, con.confmatchtype AS match,
  ${columnNames('con.confdelsetcols', 'con.conrelid')} AS on_delete_columns,
  pg_catalog.obj_description(con.oid, 'pg_constraint') AS comment
FROM pg_catalog.pg_constraint con
LEFT JOIN pg_catalog.pg_class f ON f.oid = con.confrelid AND con.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE con.conrelid = $1::oid AND con.contype IN ('p', 'u', 'f', 'c')
ORDER BY position(con.contype::text IN 'pufc'), con.conname`,

  /** $1 the table's number */
  indexes: `${INDEX_PARTS}
WHERE i.indrelid = $1::oid
ORDER BY NOT i.indisprimary, c.relname`,

  /** Of all tables but the service's own. */
  allIndexes: `${INDEX_PARTS}
WHERE n.nspname <> 'sys' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY n.nspname, t.relname, NOT i.indisprimary, c.relname`,

  /** $1 the view's number */
  viewDefinition: `SELECT pg_catalog.pg_get_viewdef(${outOfPath('$1::oid')}) AS definition`,

  /** $1 the function's number */
  routineDefinition: `SELECT pg_catalog.pg_get_functiondef(${outOfPath('$1::oid')}) AS definition`,

  roles: `SELECT r.oid::text AS oid, r.rolname AS name, r.rolcanlogin AS login, r.rolcreaterole AS create_role,
  r.rolcreatedb AS create_database, r.rolinherit AS inherit,
  (SELECT array_agg(DISTINCT g.rolname::text)::text FROM pg_catalog.pg_auth_members m
    JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of
FROM pg_catalog.pg_roles r
ORDER BY r.rolname`,

  iamMappings: `SELECT m.arn AS arn, m.pg_role_name AS role FROM sys.iam_pg_role_mappings m ORDER BY m.pg_role_name, m.arn`,

  /** $1 the role. What it was granted on relations, by name. Its owner's own privileges are left out. */
  relationGrantsOf: `SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, x.privilege_type AS privilege, x.is_grantable AS grantable,
  r.rolname AS grantee
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE r.rolname = $1 AND c.relkind IN ('r', 'v', 'S') AND x.grantee <> c.relowner AND n.nspname <> 'sys'
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname, x.privilege_type`,

  /** $1 the role */
  schemaGrantsOf: `SELECT n.nspname AS schema, x.privilege_type AS privilege, x.is_grantable AS grantable, r.rolname AS grantee
FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) x JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE r.rolname = $1 AND x.grantee <> n.nspowner AND n.nspname <> 'sys' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY n.nspname, x.privilege_type`,

  /** $1 the relation's number. What others than its owner may do with it. */
  grantsOn: `SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, x.privilege_type AS privilege, x.is_grantable AS grantable,
  coalesce(r.rolname::text, 'PUBLIC') AS grantee
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE c.oid = $1::oid AND x.grantee <> c.relowner
ORDER BY grantee, x.privilege_type`,

  jobs: `${JOBS}
ORDER BY j.start_time DESC NULLS LAST
LIMIT 200`,

  /** $1 the job's id */
  job: `${JOBS}
WHERE j.job_id = $1`,
} as const;

export type CatalogQueryName = keyof typeof CATALOG_QUERIES;

/**
 * The same question without the change of search path, for a server that refuses set_config: names in definitions then carry their
 * schema only where the connection's own search path does not find them.
 */
export const withinPath = (sql: string): string =>
  sql.replace(/CASE WHEN \(SELECT set_config\('search_path', 'pg_catalog', true\)\) IS NOT NULL THEN (\S+) END/g, '$1');
