/** SQL names: quoted where they must be, as PostgreSQL's quote_ident does it. */

/** PostgreSQL 16's key words that cannot stand as every name: reserved, column name and type or function name key words. */
const KEYWORDS = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
  character check coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role
  current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except
  exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner
  inout int integer intersect interval into is isnull join json_array json_arrayagg json_object json_objectagg lateral leading
  least left like limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on
  only or order out outer overlaps overlay placing position precision primary real references returning right row select
  session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat
  trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement
  xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`.split(/\s+/),
);

/** Whether a name means itself without quotes. */
const isPlainName = (name: string): boolean => /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name);

/** A name as SQL writes it, in quotes only where it needs them. */
export const sqlName = (name: string): string => (isPlainName(name) ? name : `"${name.replaceAll('"', '""')}"`);
