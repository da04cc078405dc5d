import { isSessionParameter, SETTABLE_PARAMETERS } from '../../../core/dialect/rules/parameters';
import { ENGINE } from '../../engine-schema';
import { DEFAULT_SETTINGS, DERIVED_SETTINGS, GATEWAY_SETTINGS, SERVICE_SETTINGS } from '../../shown-settings';

const whens = (values: Iterable<readonly [string, string]>): string =>
  Array.from(values, ([name, value]) => `WHEN '${name}' THEN ${value}`).join(' ');
const literals = (values: Iterable<readonly [string, string]>): [string, string][] =>
  Array.from(values, ([name, value]) => [name, `'${value}'`]);

const derived = (part: 'shown' | 'setting'): [string, string][] =>
  Array.from(DERIVED_SETTINGS, ([name, values]) => [name, values[part]]);
const OF_SERVICE = whens(literals([...SERVICE_SETTINGS, ...derived('setting')]));
const OF_VERSION = whens(literals(SERVICE_SETTINGS).filter(([name]) => name.startsWith('server_version')));
const OF_GATEWAY = Array.from(
  GATEWAY_SETTINGS,
  ([name, told]) => [name, `coalesce(nullif(${ENGINE}.current_setting('${told}', true), ''), 'on')`] as const,
);
/** What differs of the values that SHOW prints, as parts of a CASE. */
const SHOWN = whens([...literals([...SERVICE_SETTINGS, ...DEFAULT_SETTINGS, ...derived('shown')]), ...OF_GATEWAY]);
const isOneOf = (...names: string[]): string => `a.name IN (${names.map(name => `'${name}'`).join(', ')})`;
const HAS_DEFAULT = isOneOf(...DEFAULT_SETTINGS.keys());
const BY_DEFAULT = isOneOf(...DEFAULT_SETTINGS.keys(), ...DERIVED_SETTINGS.keys());

/**
 * Where the service's catalogue differs from PostgreSQL 16's (recorded answers): its name and version, no text search configurations
 * but `simple`, no extensions to install. The built-in reader of settings stays callable in the cluster's own schema.
 */
export const catalogSql = `
SET LOCAL allow_system_table_mods = on;

CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$ SELECT 'PostgreSQL 16'::text $$;

CREATE OR REPLACE FUNCTION ${ENGINE}.current_setting(text) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'show_config_by_name';
CREATE OR REPLACE FUNCTION ${ENGINE}.current_setting(text, boolean) RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE
  AS 'show_config_by_name_missing_ok';
-- not STRICT: a built-in number is called as C code unless the planner inlines the body, and it inlines no CASE into a strict function
CREATE OR REPLACE FUNCTION pg_catalog.current_setting(text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lower($1) ${SHOWN} ELSE ${ENGINE}.current_setting($1) END;
END;
CREATE OR REPLACE FUNCTION pg_catalog.current_setting(text, boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lower($1) ${SHOWN} ELSE ${ENGINE}.current_setting($1, $2) END;
END;

-- a function may hold any set_config: what it sets is looked at when it runs (a live cluster, 2026-08-19)
CREATE OR REPLACE FUNCTION ${ENGINE}.set_setting(text, text, boolean) RETURNS text LANGUAGE internal VOLATILE
  AS 'set_config_by_name';
CREATE OR REPLACE FUNCTION ${ENGINE}.settable(name text, is_local boolean) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF name IS NULL OR pg_catalog.lower(name) = ANY ('{${[...SETTABLE_PARAMETERS].filter(isSessionParameter).join(',')}}'::text[])
    OR pg_catalog.lower(name) = 'role' AND is_local THEN
    RETURN name;
  END IF;
  RAISE feature_not_supported USING MESSAGE = pg_catalog.format('setting configuration parameter "%s" not supported', name);
END
$$;
CREATE OR REPLACE FUNCTION pg_catalog.set_config(text, text, boolean) RETURNS text LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT ${ENGINE}.set_setting(${ENGINE}.settable($1, $3), $2, $3);
END;

-- rows and columns are PostgreSQL's; only the values differ
CREATE OR REPLACE VIEW pg_catalog.pg_settings AS
  SELECT a.name,
    CASE WHEN ${HAS_DEFAULT} THEN a.boot_val WHEN a.name = 'enable_bitmapscan' THEN pg_catalog.current_setting(a.name)
      ELSE CASE a.name ${OF_SERVICE} ELSE a.setting END END AS setting,
    a.unit, a.category, a.short_desc, a.extra_desc, a.context, a.vartype,
    CASE WHEN ${BY_DEFAULT} THEN 'default'
      WHEN a.name = 'enable_bitmapscan' THEN CASE pg_catalog.current_setting(a.name) WHEN 'on' THEN 'default' ELSE 'session' END
      ELSE a.source END AS source, a.min_val, a.max_val, a.enumvals,
    CASE a.name ${OF_VERSION} ELSE a.boot_val END AS boot_val,
    CASE WHEN ${HAS_DEFAULT} OR a.name = 'enable_bitmapscan' THEN a.boot_val
      ELSE CASE a.name ${OF_SERVICE} ELSE a.reset_val END END AS reset_val,
    a.sourcefile, a.sourceline, a.pending_restart
  FROM pg_catalog.pg_show_all_settings() a(name, setting, unit, category, short_desc, extra_desc, context, vartype, source,
    min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline, pending_restart);

-- names of earlier versions
DROP FUNCTION IF EXISTS pg_catalog.dsql_setting(text), pg_catalog.dsql_setting(text, boolean), ${ENGINE}.setting(text),
  ${ENGINE}.setting(text, boolean), ${ENGINE}.all_settings();

DELETE FROM pg_catalog.pg_ts_config_map m USING pg_catalog.pg_ts_config c WHERE c.oid = m.mapcfg AND c.cfgname <> 'simple';
DELETE FROM pg_catalog.pg_ts_config WHERE cfgname <> 'simple';
DELETE FROM pg_catalog.pg_ts_dict d USING pg_catalog.pg_ts_template t WHERE t.oid = d.dicttemplate AND t.tmplname = 'snowball';
DELETE FROM pg_catalog.pg_ts_template WHERE tmplname = 'snowball';

-- their views read them; the planner inlines these bodies wherever they stand in FROM
CREATE OR REPLACE FUNCTION pg_catalog.pg_available_extensions(OUT name name, OUT default_version text, OUT comment text)
  RETURNS SETOF record LANGUAGE sql STABLE AS $$ SELECT NULL::name, NULL::text, NULL::text WHERE false $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_available_extension_versions(OUT name name, OUT version text, OUT superuser boolean,
  OUT trusted boolean, OUT relocatable boolean, OUT schema name, OUT requires name[], OUT comment text)
  RETURNS SETOF record LANGUAGE sql STABLE AS $$
    SELECT NULL::name, NULL::text, NULL::boolean, NULL::boolean, NULL::boolean, NULL::name, NULL::name[], NULL::text WHERE false $$;
`;
