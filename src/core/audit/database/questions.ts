/** What the audit asks PostgreSQL's catalogue. Every answer has three text columns: kind, name, evidence. Values of rows are never read. */
import type { AuditRuleId } from '../rules';

export interface Question {
  rule: AuditRuleId;
  sql: string;
}

/** Schemas that belong to PostgreSQL. */
const OWN = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
/** Objects that an extension brought go with the extension. */
const noMember = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
const NAME = `format('%I.%I', n.nspname, c.relname)`;
const RELATIONS = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`;
const relations = (kinds: string, condition = 'true'): string =>
  `FROM ${RELATIONS} WHERE c.relkind IN (${kinds}) AND ${OWN} AND ${condition} AND ${noMember('pg_class', 'c.oid')}`;
const columns = (condition: string, join = ''): string =>
  `FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace ${join}
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OWN} AND ${condition} AND ${noMember('pg_class', 'c.oid')}`;
const COLUMN = `format('%I.%I.%I', n.nspname, c.relname, a.attname)`;

/** Types a column may have in DSQL (User Guide, data types). */
const STORABLE = `'int2','int4','int8','float4','float8','numeric','bpchar','varchar','text','date','time','timetz','timestamp','timestamptz','interval','bool','bytea','uuid','json','jsonb'`;
/** The type behind a domain, too. */
const BASE = `CASE WHEN t.typtype = 'd' THEN (SELECT b.typname FROM pg_type b WHERE b.oid = t.typbasetype) ELSE t.typname END`;

const indexes = (join = ''): string =>
  `FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am am ON am.oid = x.relam ${join} WHERE ${OWN} AND NOT x.relispartition AND ${noMember('pg_class', 'c.oid')}`;
const INDEX_NAME = `format('%I.%I', n.nspname, x.relname)`;

export const QUESTIONS: readonly Question[] = [
  {
    rule: 'routine_plpgsql',
    sql: `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
      format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
      format('language %s, %s lines', l.lanname, array_length(string_to_array(p.prosrc, E'\\n'), 1))
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE ${OWN} AND (l.lanname <> 'sql' OR p.prokind <> 'f') AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) AND ${noMember('pg_proc', 'p.oid')}`,
  },
  {
    rule: 'trigger',
    sql: `SELECT 'trigger', format('%I on %I.%I', g.tgname, n.nspname, c.relname), format('calls %s', g.tgfoid::regproc)
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${OWN}
      UNION ALL SELECT 'event trigger', e.evtname, e.evtevent FROM pg_event_trigger e`,
  },
  {
    rule: 'extension',
    sql: `SELECT 'extension', e.extname, format('version %s', e.extversion) FROM pg_extension e WHERE e.extname <> 'plpgsql'`,
  },
  {
    rule: 'user_type',
    sql: `SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' ELSE 'composite type' END, format('%I.%I', n.nspname, t.typname),
      CASE t.typtype WHEN 'e' THEN format('%s labels', (SELECT count(*) FROM pg_enum e WHERE e.enumtypid = t.oid)) ELSE '' END
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE ${OWN} AND (t.typtype IN ('e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${noMember('pg_type', 't.oid')}`,
  },
  {
    rule: 'column_type',
    sql: `SELECT 'column', ${COLUMN}, format_type(a.atttypid, a.atttypmod) ${columns(`t.typtype <> 'e' AND ${BASE} NOT IN (${STORABLE})`)}`,
  },
  {
    rule: 'bare_numeric_column',
    sql: `SELECT 'column', ${COLUMN}, 'numeric' ${columns(`t.typname = 'numeric' AND a.atttypmod = -1`)}`,
  },
  {
    rule: 'collation',
    sql: `SELECT 'column', ${COLUMN}, format('collation %s', o.collname) ${columns(
      'a.attcollation <> t.typcollation',
      'JOIN pg_collation o ON o.oid = a.attcollation',
    )}
      UNION ALL SELECT 'database', current_database(), format('collation %s', d.datcollate) FROM pg_database d
      WHERE d.datname = current_database() AND d.datcollate NOT IN ('C', 'POSIX')`,
  },
  {
    rule: 'encoding',
    sql: `SELECT 'database', d.datname, pg_encoding_to_char(d.encoding) FROM pg_database d WHERE d.datname = current_database() AND pg_encoding_to_char(d.encoding) <> 'UTF8'`,
  },
  {
    rule: 'partitioned_table',
    sql: `SELECT 'table', ${NAME}, format('%s partitions', (SELECT count(*) FROM pg_inherits h WHERE h.inhparent = c.oid)) ${relations(`'p'`, 'NOT c.relispartition')}`,
  },
  {
    rule: 'inherited_table',
    sql: `SELECT 'table', ${NAME}, 'inherits' ${relations(`'r'`, 'NOT c.relispartition AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)')}`,
  },
  { rule: 'unlogged_table', sql: `SELECT 'table', ${NAME}, 'unlogged' ${relations(`'r'`, `c.relpersistence = 'u'`)}` },
  { rule: 'materialized_view', sql: `SELECT 'materialized view', ${NAME}, '' ${relations(`'m'`)}` },
  {
    rule: 'rewrite_rule',
    sql: `SELECT 'rule', format('%I on %I.%I', r.rulename, n.nspname, c.relname), 'rewrite rule'
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND ${OWN}`,
  },
  {
    rule: 'row_security',
    sql: `SELECT 'table', ${NAME}, format('%s policies', (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)) ${relations(`'r', 'p'`, 'c.relrowsecurity')}`,
  },
  {
    rule: 'foreign_key',
    sql: `SELECT 'foreign key', format('%I on %I.%I', k.conname, n.nspname, c.relname), format('refers to %s', k.confrelid::regclass)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND k.conparentid = 0 AND ${OWN} AND k.confdeltype IN ('a', 'r') AND k.confupdtype IN ('a', 'r')`,
  },
  {
    rule: 'cascade',
    sql: `SELECT 'foreign key', format('%I on %I.%I', k.conname, n.nspname, c.relname), format('ON DELETE/UPDATE %s/%s', k.confdeltype, k.confupdtype)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND k.conparentid = 0 AND ${OWN} AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))`,
  },
  {
    rule: 'sequence_cache',
    sql: `SELECT 'sequence', ${NAME}, format('%s, cache %s', format_type(s.seqtypid, NULL), s.seqcache)
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OWN} AND (s.seqcache <> 1 AND s.seqcache < 65536 OR s.seqtypid <> 'int8'::regtype)`,
  },
  {
    rule: 'sequence_key',
    sql: `SELECT 'column', ${COLUMN}, CASE WHEN a.attidentity <> '' THEN 'identity' ELSE 'serial' END ${columns(
      `(a.attidentity <> '' OR pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) IS NOT NULL)`,
    )}`,
  },
  {
    rule: 'missing_key',
    sql: `SELECT 'table', ${NAME}, 'no primary key' ${relations(`'r', 'p'`, `NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`)}`,
  },
  {
    rule: 'index_kind',
    sql: `SELECT 'index', ${INDEX_NAME}, CASE WHEN am.amname NOT IN ('btree', 'btree_index') THEN am.amname WHEN i.indisexclusion THEN 'exclusion constraint'
        WHEN EXISTS (SELECT 1 FROM unnest(i.indoption::int2[]) o WHERE o & 1 = 1) THEN 'DESC' ELSE 'operator class' END
      ${indexes()} AND (am.amname NOT IN ('btree', 'btree_index') OR i.indisexclusion OR EXISTS (SELECT 1 FROM unnest(i.indoption::int2[]) o WHERE o & 1 = 1)
        OR EXISTS (SELECT 1 FROM unnest(i.indclass::oid[]) k JOIN pg_opclass o ON o.oid = k WHERE NOT o.opcdefault))`,
  },
  {
    rule: 'key_type',
    sql: `SELECT 'index', ${INDEX_NAME}, string_agg(DISTINCT format('%s %s', a.attname, format_type(a.atttypid, NULL)), ', ')
      ${indexes('JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])')}
      AND am.amname IN ('btree', 'btree_index') AND a.atttypid IN ('bytea'::regtype, 'interval'::regtype, 'timetz'::regtype, 'json'::regtype, 'jsonb'::regtype) GROUP BY n.nspname, x.relname`,
  },
  {
    rule: 'index_count',
    sql: `SELECT 'table', ${NAME}, format('%s indexes', count(*)) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN} GROUP BY n.nspname, c.relname HAVING count(*) > 24
      UNION ALL SELECT 'index', ${INDEX_NAME}, format('%s key columns', i.indnkeyatts) ${indexes()} AND i.indnkeyatts > 8`,
  },
  {
    rule: 'wide_table',
    sql: `SELECT 'table', ${NAME}, format('%s columns', count(*)) ${columns('true')} GROUP BY n.nspname, c.relname HAVING count(*) > 255
      UNION ALL SELECT 'table', format('%I.%I', s.schemaname, s.tablename), format('about %s bytes a row by the statistics', sum(s.avg_width))
      FROM pg_stats s WHERE s.schemaname NOT LIKE 'pg\\_%' AND s.schemaname <> 'information_schema' GROUP BY s.schemaname, s.tablename HAVING sum(s.avg_width) > 100000`,
  },
  {
    rule: 'large_table',
    sql: `SELECT 'table', ${NAME}, format('about %s rows, %s', to_char(c.reltuples, 'FM999,999,999,999,999'), pg_size_pretty(pg_table_size(c.oid))) ${relations(`'r', 'm'`, 'c.reltuples > 1000000')}`,
  },
  {
    rule: 'several_schemas',
    sql: `SELECT 'database', current_database(), format('%s schemas', count(*)) FROM pg_namespace n WHERE ${OWN} AND n.nspname <> 'public' HAVING count(*) > 10
      UNION ALL SELECT 'database', current_database(), format('%s tables', count(*)) ${relations(`'r', 'p'`)} HAVING count(*) > 1000`,
  },
  {
    rule: 'several_databases',
    sql: `SELECT 'database', d.datname, '' FROM pg_database d WHERE NOT d.datistemplate AND d.datallowconn AND d.datname NOT IN (current_database(), 'postgres', 'rdsadmin')`,
  },
  {
    rule: 'large_objects',
    sql: `SELECT 'database', current_database(), format('%s large objects', count(*)) FROM pg_largeobject_metadata HAVING count(*) > 0`,
  },
];

/** Numbers of what there is: kind and count. */
export const INVENTORY = `SELECT kind, count(*)::text FROM (
  SELECT CASE c.relkind WHEN 'r' THEN 'tables' WHEN 'p' THEN 'partitioned tables' WHEN 'v' THEN 'views' WHEN 'm' THEN 'materialized views' WHEN 'S' THEN 'sequences' WHEN 'i' THEN 'indexes' WHEN 'f' THEN 'foreign tables' END AS kind
  FROM ${RELATIONS} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'f') AND NOT c.relispartition AND ${OWN} AND ${noMember('pg_class', 'c.oid')}
  UNION ALL SELECT 'routines' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OWN} AND ${noMember('pg_proc', 'p.oid')}
  UNION ALL SELECT 'schemas' FROM pg_namespace n WHERE ${OWN}
) AS x GROUP BY kind ORDER BY kind`;

/** Views and functions in SQL as statements: kind, name, text. */
export const DEFINITIONS = `SELECT 'view', ${NAME}, format('CREATE VIEW %I.%I AS %s', n.nspname, c.relname, pg_get_viewdef(c.oid)) ${relations(`'v'`)}
  UNION ALL SELECT 'function', format('%I.%I', n.nspname, p.proname), pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
  WHERE ${OWN} AND l.lanname = 'sql' AND p.prokind = 'f' AND ${noMember('pg_proc', 'p.oid')}`;

/** Where pg_stat_statements lies: its schema; no row without it. */
export const STATEMENTS_SCHEMA = `SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;

/** The most frequent statements, with constants as parameters: text and calls. `schema` as answered above. */
export const statementsOf = (schema: string): string =>
  `SELECT s.query, sum(s.calls)::text FROM ${schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
   WHERE d.datname = current_database() AND s.query NOT LIKE '<insufficient%' GROUP BY s.query ORDER BY sum(s.calls) DESC LIMIT 1000`;
