/**
 * What clients do not see of the PostgreSQL beneath: the cluster's own schemas, template databases and tablespaces; and where the
 * catalogue's values differ: the access methods are `btree_index` and `btree_table`, text is compressed by `l` (recorded by pistachio,
 * 2026-10-10), json too (AWS's loader, a dump of a live cluster), a primary key's index covers its whole table. Clients' statements read
 * views of these catalogues (`src/core/dialect/viewed-catalogues` puts their names there); the catalogues stay as they are.
 */

import { twinOf, viewOf } from '../../../core/dialect/viewed-catalogues';
import { ENGINE, INTERNAL } from '../../engine-schema';
import { sentText } from '../../prepared-text';
import { GUARDS } from './guards';
import { HIDDEN_OBJECTS } from './hidden-objects';

/** The cluster's own work sees everything. */
const UNLESS_OURS = `OR current_user = 'dsql_system'`;

/** A catalogue as clients see it. */
interface Shown {
  /** Which rows: a condition. */
  rows?: string;
  /** How the columns are shown that differ. */
  columns?: Record<string, string>;
  /** What the columns need beside the catalogue: joins. */
  beside?: string;
  /** Rows that are not in the catalogue. */
  further?: readonly string[];
  /** Where the twin differs from the view. */
  twin?: Pick<Shown, 'rows' | 'columns'>;
}

/** The columns of a catalogue as an SQL expression, some of them shown otherwise. */
const columnList = (columns: Record<string, string>): string =>
  `string_agg(CASE attname ${Object.entries({ ...columns, '': 'NULL' })
    .map(([name, sql]) => `WHEN '${name}' THEN $sql$${sql} AS ${name}$sql$`)
    .join(' ')} ELSE quote_ident(attname) END, ', ' ORDER BY attnum)`;

/** Former versions put the view into the catalogue's place. */
const inItsPlace = (catalogue: string): string => `
  IF EXISTS (SELECT FROM pg_class WHERE oid = 'pg_catalog.${catalogue}'::regclass AND relkind = 'v') THEN
    ALTER VIEW pg_catalog.${catalogue} RENAME TO dsql_former_view;
    ALTER TABLE pg_catalog.dsql_${catalogue} RENAME TO ${catalogue};
    ALTER VIEW pg_catalog.dsql_former_view RENAME TO dsql_${catalogue};
  END IF;`;

/**
 * Makes a catalogue's view and its twin, which has system columns as well. Both get its primary key, as far as a view can have one: whoever
 * groups by that may select the other columns.
 */
const shown = (
  catalogue: string,
  { rows = 'true', columns = {}, beside = '', further = [], twin = {} }: Shown,
): string => `
DO $$
DECLARE
  columns text;
  twin_columns text;
BEGIN${inItsPlace(catalogue)}
  SELECT ${columnList(columns)}, ${columnList(twin.columns ?? columns)} INTO columns, twin_columns
  FROM pg_attribute WHERE attrelid = 'pg_catalog.${catalogue}'::regclass AND attnum > 0 AND NOT attisdropped;
  EXECUTE 'CREATE OR REPLACE VIEW ${viewOf(catalogue)} AS SELECT ' || columns
    || $rows$ FROM pg_catalog.${catalogue} ${beside} WHERE ${rows}
      ${further.map(row => `UNION ALL SELECT ${row}`).join(' ')}$rows$;
  EXECUTE 'CREATE OR REPLACE VIEW ${twinOf(catalogue)} AS SELECT ' || twin_columns
    || $rows$, ${['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax'].map(column => `${catalogue}.${column}`).join(', ')}
      FROM pg_catalog.${catalogue} ${beside} WHERE ${twin.rows ?? rows}
      ${further.map(row => `UNION ALL SELECT ${row}, 'pg_catalog.${catalogue}'::regclass, '(0,0)'::tid, '2'::xid, '0'::xid, '0'::cid, '0'::cid`).join(' ')}$rows$;
  GRANT SELECT ON ${viewOf(catalogue)}, ${twinOf(catalogue)} TO PUBLIC;
  INSERT INTO pg_constraint
  SELECT copied.* FROM pg_constraint k, unnest(ARRAY['${viewOf(catalogue)}', '${twinOf(catalogue)}']::regclass[]) view,
    jsonb_populate_record(k, jsonb_build_object('conrelid', view::oid,
      'oid', pg_nextoid('pg_constraint', 'oid', 'pg_constraint_oid_index'))) copied
  WHERE k.conrelid = 'pg_catalog.${catalogue}'::regclass AND k.contype = 'p'
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = view);
END
$$;`;

/** Adds a condition to a view of PostgreSQL's. */
const narrowed = (view: string, join: 'WHERE' | 'AND' | 'HAVING', condition: string, schema = 'pg_catalog'): string => `
DO $$
DECLARE
  definition text := rtrim(pg_get_viewdef('${schema}.${view}'::regclass), ';');
BEGIN
  IF definition ~ '''dsql_(engine|internal)''::name' THEN -- former versions knew those schemas by their names
    EXECUTE 'CREATE OR REPLACE VIEW ${schema}.${view} AS ' || replace(replace(definition,
      '''dsql_engine''::name', $name$${ENGINE_NAME}$name$), '''dsql_internal''::name', $name$${INTERNAL_NAME}$name$);
  ELSIF definition NOT LIKE '%dsql_system%' THEN
    EXECUTE 'CREATE OR REPLACE VIEW ${schema}.${view} AS ' || definition
      || $condition$ ${join} (${condition} ${UNLESS_OURS})$condition$;
  END IF;
END
$$;`;

/**
 * The service's indexes and tables have methods of their own, and PostgreSQL's stand beside them (all nine recorded on a live cluster,
 * eu-north-1, 2026-08-27). That tables are `btree_table`, a dump of a live cluster says (AWS's loader, 2026). The number of `btree_index`
 * is published (AWS's DSQL skill, catalog queries, 2026-10); that of `btree_table` is inferred, the number before it.
 */
const INDEX_METHOD = 10003;
const TABLE_METHOD = 10002;
const OTHER_METHODS = [
  `403::oid, 'btree'::name, 'bthandler'::regproc, 'i'::"char"`,
  `2::oid, 'heap'::name, 'heap_tableam_handler'::regproc, 't'::"char"`,
];
const asMethod = (column: string): string =>
  `(CASE ${column} WHEN 403 THEN ${INDEX_METHOD} WHEN 2 THEN ${TABLE_METHOD} ELSE ${column} END)::oid`;

/** smallint, integer, bigint: of these alone an index serves comparisons of one with another (AWS's DSQL skill, plan interpretation, 2026-10). */
const INTEGERS = '21, 23, 20';
/** So that plans agree: dates with timestamps, real with double precision. PostgreSQL's catalogues compare `text` with `name`. */
const COMPARISONS = `DELETE FROM pg_catalog.pg_amop
  WHERE amopmethod = 403 AND amoplefttype <> amoprighttype AND amoplefttype NOT IN (${INTEGERS}, 19, 25);`;

/** Types whose values are compressed by lz4: text, json, jsonb. */
const COMPRESSED = '25, 114, 3802';

/** A primary key's index of a user's table, and all columns of the table, those of the key first. */
const COVERING = 'indisprimary AND indrelid >= 16384';
/** Computed once for each index, however often a query compares `indkey`; not at all where it names neither of the two columns. */
const COVERED = `LEFT JOIN LATERAL (
  SELECT (indnkeyatts + count(*))::int2 AS columns,
    concat_ws(' ', array_to_string((indkey::int2[])[0:indnkeyatts - 1], ' '), string_agg(attnum::text, ' ' ORDER BY attnum))::int2vector AS keys
  FROM pg_attribute
  WHERE ${COVERING} AND attrelid = indrelid AND attnum > 0 AND NOT attisdropped
    AND attnum <> ALL ((indkey::int2[])[0:indnkeyatts - 1])) covered ON true`;

/** Schemas of the cluster's own, by number: views outlive the name of one. */
const OWN_NUMBERS = `'${INTERNAL}'::regnamespace::oid, '${ENGINE}'::regnamespace::oid`;
const ENGINE_NAME = `'${ENGINE}'::regnamespace::text::name`;
const INTERNAL_NAME = `'${INTERNAL}'::regnamespace::text::name`;
const OWN_NAMES = `${INTERNAL_NAME}, ${ENGINE_NAME}`;
const TOAST_NUMBER = 99;
/** Schemas that the gateway's connections leave behind, for temporary objects. */
const TEMPORARY = `nspname ~ '^pg_(toast_)?temp_'`;

/** All relations but the views of catalogues. */
const noView = (schema: string, relation: string, catalog = `'pg_catalog'`): string =>
  `${schema} <> ${catalog} OR ${relation} NOT LIKE 'dsql\\_%'`;

/** Rows that are about nothing of the cluster's own. pg_dump reads the twins, and wants to know all. */
const notOf = (...numbers: string[]): Pick<Shown, 'rows' | 'twin'> => ({
  rows: numbers.map(number => `${number} <> ALL (${HIDDEN_OBJECTS})`).join(' AND '),
  twin: { rows: 'true' },
});

/** As PostgreSQL makes it, and former versions of the cluster did not: who owns the catalogues must be found (pg_dump looks). */
const ROLES = `CREATE OR REPLACE VIEW pg_catalog.pg_roles AS
  SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolconnlimit,
    '********'::text AS rolpassword, rolvaliduntil, rolbypassrls, setconfig AS rolconfig, pg_authid.oid
  FROM pg_authid LEFT JOIN pg_db_role_setting s ON pg_authid.oid = setrole AND setdatabase = 0;`;

/** Former versions had a view of comments too, and a function that read it. */
const FORMER_DESCRIPTIONS = `
DO $$
BEGIN${inItsPlace('pg_description')}
END
$$;
CREATE OR REPLACE FUNCTION pg_catalog.obj_description(oid, name) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
  SELECT description FROM pg_description WHERE objoid = $1 AND objsubid = 0
    AND classoid = (SELECT oid FROM pg_class WHERE relname = $2 AND relnamespace = 'pg_catalog'::regnamespace);
END;
DO $$
BEGIN
  DROP VIEW IF EXISTS ${twinOf('pg_description')}, ${viewOf('pg_description')};
EXCEPTION WHEN dependent_objects_still_exist THEN
  NULL; -- a view of a user's rests on it
END
$$;`;

/**
 * The two functions of PostgreSQL's that take whole rows of catalogues, for rows of their views: tools that ask for the columns of tables
 * (`max_length`, `numeric_precision`) have their calls from PostgreSQL's own information_schema.
 */
const TRUE_TYPES = Object.entries({
  _pg_truetypid: ['oid', 'typbasetype', 'atttypid'],
  _pg_truetypmod: ['int4', 'typtypmod', 'atttypmod'],
})
  .map(
    ([name, [type, ofDomain, ofColumn]]) => `
CREATE OR REPLACE FUNCTION information_schema.${name}(${viewOf('pg_attribute')}, ${viewOf('pg_type')}) RETURNS ${type}
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE WHEN ($2).typtype = 'd' THEN ($2).${ofDomain} ELSE ($1).${ofColumn} END;`,
  )
  .join('');

/** The first `statement` of the view's definition is the column. */
const SENT_TEXTS = `
DO $$
DECLARE
  definition text := rtrim(pg_get_viewdef('pg_catalog.pg_prepared_statements'::regclass), ';');
BEGIN
  IF definition NOT LIKE '%split_part%' THEN
    EXECUTE 'CREATE OR REPLACE VIEW pg_catalog.pg_prepared_statements AS '
      || regexp_replace(definition, '(\\w+\\.)?\\mstatement\\M', $sql$${sentText('statement')} AS statement$sql$);
  END IF;
END
$$;`;

/** Runs with allow_system_table_mods, after all functions and schemas of the cluster exist. */
export const visibilitySql = [
  ROLES,
  COMPARISONS,
  narrowed('pg_user', 'WHERE', `usename <> 'dsql_system'`),
  narrowed('pg_tables', 'AND', `n.nspname <> ${INTERNAL_NAME}`),
  narrowed('pg_views', 'AND', noView('n.nspname', 'c.relname')),
  narrowed('pg_indexes', 'AND', `n.nspname <> ${INTERNAL_NAME}`),
  narrowed('pg_sequences', 'AND', `n.nspname <> ${INTERNAL_NAME}`),
  ...['pg_stat_all_tables', 'pg_stat_xact_all_tables'].map(view =>
    narrowed(view, 'HAVING', `n.nspname <> ${INTERNAL_NAME}`),
  ),
  narrowed('pg_statio_all_tables', 'AND', `n.nspname <> ${INTERNAL_NAME}`),
  ...['pg_stat_all_indexes', 'pg_statio_all_indexes', 'pg_statio_all_sequences'].map(view =>
    narrowed(view, 'AND', `n.nspname <> ${INTERNAL_NAME}`),
  ),
  narrowed('pg_stat_database', 'WHERE', `d.datname IS NULL OR d.datname = 'postgres'`),
  // the gateway's own statements
  narrowed('pg_prepared_statements', 'WHERE', `name NOT LIKE '\\_%'`),
  SENT_TEXTS,
  narrowed('schemata', 'AND', `n.nspname NOT IN (${OWN_NAMES})`, 'information_schema'),
  ...['routines', 'routine_privileges'].map(view =>
    narrowed(view, 'AND', `p.oid <> ALL (${HIDDEN_OBJECTS})`, 'information_schema'),
  ),
  ...['tables', 'columns', 'views'].map(view =>
    narrowed(view, 'AND', noView('nc.nspname', 'c.relname'), 'information_schema'),
  ),
  narrowed('table_privileges', 'AND', noView('nc.nspname', 'c.relname'), 'information_schema'),
  narrowed('column_privileges', 'AND', noView('nc.nspname', 'x.relname'), 'information_schema'),
  narrowed('udt_privileges', 'AND', `t.oid <> ALL (${HIDDEN_OBJECTS})`, 'information_schema'),
  narrowed('parameters', 'AND', `ss.p_oid <> ALL (${HIDDEN_OBJECTS})`, 'information_schema'),
  shown('pg_am', {
    columns: {
      oid: asMethod('oid'),
      amname: `(CASE amname WHEN 'btree' THEN 'btree_index' WHEN 'heap' THEN 'btree_table' ELSE amname END)::name`,
    },
    further: OTHER_METHODS,
  }),
  shown('pg_attribute', {
    ...notOf('attrelid'),
    columns: {
      attcompression: `(CASE WHEN atttypid IN (${COMPRESSED}) AND attnum > 0 AND attrelid >= 16384 THEN 'l' ELSE attcompression END)::"char"`,
    },
  }),
  shown('pg_index', {
    ...notOf('indrelid'),
    columns: {
      indnatts: `CASE WHEN ${COVERING} THEN covered.columns ELSE indnatts END`,
      indkey: `CASE WHEN ${COVERING} THEN covered.keys ELSE indkey END`,
    },
    beside: COVERED,
  }),
  shown('pg_namespace', {
    rows: `oid NOT IN (${OWN_NUMBERS}, ${TOAST_NUMBER}) AND NOT ${TEMPORARY}`,
    // pg_dump reads all that own anything, and leaves out those named pg_…
    twin: {
      rows: 'true',
      columns: { nspname: `(CASE WHEN oid IN (${OWN_NUMBERS}) THEN 'pg_' ELSE '' END || nspname)::name` },
    },
  }),
  shown('pg_class', {
    // temporary tables are the gateway's
    rows: `relnamespace NOT IN (${OWN_NUMBERS}, ${TOAST_NUMBER}) AND relpersistence <> 't'
      AND (${noView('relnamespace', 'relname', `'pg_catalog'::regnamespace`)})`,
    columns: { relam: asMethod('relam') },
    twin: { rows: 'true' },
  }),
  shown('pg_opclass', { columns: { opcmethod: asMethod('opcmethod') } }),
  shown('pg_opfamily', { columns: { opfmethod: asMethod('opfmethod') } }),
  shown('pg_amop', {
    rows: `amopmethod <> 403 OR amoplefttype = amoprighttype OR amoplefttype IN (${INTEGERS})`,
    columns: { amopmethod: asMethod('amopmethod') },
  }),
  shown('pg_proc', {
    rows: `pronamespace NOT IN (${OWN_NUMBERS}) AND oid <> ALL (${HIDDEN_OBJECTS})
      AND pronamespace NOT IN (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.${TEMPORARY})`,
    twin: { rows: 'true' },
  }),
  ...Object.entries({
    pg_attrdef: ['adrelid'],
    pg_constraint: ['conrelid'],
    pg_depend: ['objid', 'refobjid'],
    pg_rewrite: ['ev_class'],
    pg_sequence: ['seqrelid'],
    pg_type: ['oid'],
  }).map(([catalogue, numbers]) => shown(catalogue, notOf(...numbers))),
  TRUE_TYPES,
  shown('pg_database', {
    rows: `datname = 'postgres'`,
    // the copies of transactions that have lost are made as a role with a grant of its own
    columns: {
      datacl: `(SELECT array_agg(granted) FROM unnest(datacl) granted WHERE granted::text NOT LIKE 'pg_read_all_data=%')`,
    },
  }),
  shown('pg_tablespace', { rows: 'false' }),
  shown('pg_trigger', { rows: `tgname NOT IN ('${GUARDS.join(`', '`)}')` }),
  shown('pg_event_trigger', { rows: 'false' }),
  FORMER_DESCRIPTIONS,
].join('\n');
