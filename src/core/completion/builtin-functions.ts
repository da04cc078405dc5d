/** PostgreSQL's functions that are of use on DSQL: name, parameters, result. A test asks the local cluster whether each is there. */
export interface BuiltinFunction {
  name: string;
  parameters: string;
  result: string;
}

const LIST = `
abs(numeric) numeric|age(timestamptz, timestamptz) interval|array_agg(anyelement) anyarray|array_length(anyarray, integer) integer
array_position(anyarray, anyelement) integer|array_to_string(anyarray, text) text|avg(numeric) numeric|bool_and(boolean) boolean
bool_or(boolean) boolean|btrim(text) text|ceil(numeric) numeric|char_length(text) integer|chr(integer) text
clock_timestamp() timestamptz|concat(variadic any) text|concat_ws(text, variadic any) text|count(*) bigint|cume_dist() double precision
current_database() name|current_schema() name|current_setting(text) text|currval(regclass) bigint|date_part(text, timestamptz) double precision
date_trunc(text, timestamptz) timestamptz|decode(text, text) bytea|dense_rank() bigint|encode(bytea, text) text|exp(numeric) numeric
first_value(anyelement) anyelement|floor(numeric) numeric|format(text, variadic any) text|gen_random_uuid() uuid
generate_series(bigint, bigint) setof bigint|initcap(text) text|json_agg(anyelement) json|json_array_elements(json) setof json
json_array_length(json) integer|json_build_array(variadic any) json|json_build_object(variadic any) json|json_each(json) setof record
json_extract_path_text(json, variadic text[]) text|json_object_keys(json) setof text|jsonb_agg(anyelement) jsonb
jsonb_array_elements(jsonb) setof jsonb|jsonb_array_elements_text(jsonb) setof text|jsonb_array_length(jsonb) integer
jsonb_build_array(variadic any) jsonb|jsonb_build_object(variadic any) jsonb|jsonb_each(jsonb) setof record
jsonb_each_text(jsonb) setof record|jsonb_object_agg(any, any) jsonb|jsonb_object_keys(jsonb) setof text
jsonb_path_exists(jsonb, jsonpath) boolean|jsonb_path_query(jsonb, jsonpath) setof jsonb|jsonb_pretty(jsonb) text
jsonb_set(jsonb, text[], jsonb) jsonb|jsonb_strip_nulls(jsonb) jsonb|jsonb_typeof(jsonb) text|lag(anyelement) anyelement
last_value(anyelement) anyelement|lastval() bigint|lead(anyelement) anyelement|left(text, integer) text|length(text) integer
ln(numeric) numeric|log(numeric) numeric|lower(text) text|lpad(text, integer, text) text|ltrim(text) text
make_date(integer, integer, integer) date|make_interval(integer, integer, integer, integer, integer, integer, double precision) interval
make_timestamptz(integer, integer, integer, integer, integer, double precision) timestamptz|max(anyelement) anyelement|md5(text) text
min(anyelement) anyelement|mod(bigint, bigint) bigint|mode() anyelement|nextval(regclass) bigint|now() timestamptz|ntile(integer) integer
nth_value(anyelement, integer) anyelement|octet_length(text) integer|percent_rank() double precision
percentile_cont(double precision) double precision|percentile_disc(double precision) anyelement
pg_get_constraintdef(oid) text|pg_get_functiondef(oid) text|pg_get_indexdef(oid) text|pg_get_viewdef(oid) text|pg_sleep(double precision) void
pg_typeof(any) regtype|power(numeric, numeric) numeric|quote_ident(text) text|quote_literal(text) text|quote_nullable(text) text
random() double precision|rank() bigint|regexp_count(text, text) integer|regexp_like(text, text) boolean
regexp_match(text, text) text[]|regexp_matches(text, text) setof text[]|regexp_replace(text, text, text) text
regexp_split_to_table(text, text) setof text|regexp_substr(text, text) text|repeat(text, integer) text|replace(text, text, text) text
reverse(text) text|right(text, integer) text|round(numeric, integer) numeric|row_number() bigint|row_to_json(record) json
rpad(text, integer, text) text|rtrim(text) text|setval(regclass, bigint) bigint|sha256(bytea) bytea|sign(numeric) numeric
split_part(text, text, integer) text|sqrt(numeric) numeric|starts_with(text, text) boolean|statement_timestamp() timestamptz
stddev(numeric) numeric|string_agg(text, text) text|string_to_array(text, text) text[]|string_to_table(text, text) setof text
strpos(text, text) integer|substr(text, integer, integer) text|sum(bigint) numeric|timezone(text, timestamptz) timestamp
to_char(timestamptz, text) text|to_date(text, text) date|to_json(anyelement) json|to_jsonb(anyelement) jsonb|to_number(text, text) numeric
to_regclass(text) regclass|to_timestamp(double precision) timestamptz|transaction_timestamp() timestamptz|translate(text, text, text) text
trunc(numeric, integer) numeric|unnest(anyarray) setof anyelement|upper(text) text|uuid_send(uuid) bytea|variance(numeric) numeric|version() text
width_bucket(numeric, numeric, numeric, integer) integer`;

/** PostgreSQL's functions that completion offers beside the catalogue's, in alphabetical order. */
export const BUILTIN_FUNCTIONS: readonly BuiltinFunction[] = LIST.trim()
  .split(/[|\n]/)
  .map(entry => {
    const [, name = '', parameters = '', result = ''] = /^(\w+)\((.*)\) (.+)$/.exec(entry) ?? [];
    return { name, parameters, result };
  });

/** Written like functions, but grammar of their own. */
export const FUNCTION_LIKE: readonly BuiltinFunction[] = [
  { name: 'coalesce', parameters: 'value, …', result: 'the first that is not NULL' },
  { name: 'nullif', parameters: 'value, other', result: 'NULL where they are equal' },
  { name: 'greatest', parameters: 'value, …', result: 'the largest' },
  { name: 'least', parameters: 'value, …', result: 'the smallest' },
  { name: 'extract', parameters: 'field FROM source', result: 'numeric' },
  { name: 'position', parameters: 'substring IN string', result: 'integer' },
  { name: 'substring', parameters: 'string FROM start FOR count', result: 'text' },
  { name: 'trim', parameters: 'characters FROM string', result: 'text' },
];
