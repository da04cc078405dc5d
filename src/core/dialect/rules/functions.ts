import { as, constantOf, constantTexts, namesOf, optionsOf } from '../tree';
import { statementNotForFunctions } from '../function-body';
import { ruleMaker } from '../rule';
import { GEOMETRIC, writtenType } from '../type-names';
import { isSessionParameter, SETTABLE_PARAMETERS } from './parameters';

const rule = ruleMaker({ area: 'functions', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

/**
 * Functions that take a text search configuration as their first argument when they have the arguments for it. ts_headline has three
 * with one, and three without: then the last is a text of options.
 */
export const TEXT_SEARCH: Readonly<Record<string, number>> = {
  to_tsvector: 2,
  to_tsquery: 2,
  plainto_tsquery: 2,
  phraseto_tsquery: 2,
  websearch_to_tsquery: 2,
  json_to_tsvector: 3,
  jsonb_to_tsvector: 3,
  ts_headline: 3,
};

/** Functions of features the service does not have. */
const NOT_THERE =
  /^(?:pg_notify|pg_listening_channels|pg_export_snapshot|pg_(?:cancel|terminate)_backend|lo_[a-z]+(?:64)?|loread|lowrite)$/;

/** Types that a function may take but not return. */
const NOT_RETURNED: ReadonlySet<string> = new Set([
  ...GEOMETRIC,
  ...['money', 'xml', 'jsonpath', 'macaddr', 'macaddr8', 'txid_snapshot', 'bit', 'varbit', 'cidr'],
  ...['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange'],
  ...['int4multirange', 'int8multirange', 'nummultirange', 'tsmultirange', 'tstzmultirange', 'datemultirange'],
]);

/** A name in a text, as PostgreSQL reads it there: lower case but for what is quoted. */
const foldedName = (text: string): string =>
  text.replace(
    /"((?:[^"]|"")*)"|[A-Z]+/g,
    (part, quoted?: string) => quoted?.replaceAll('""', '"') ?? part.toLowerCase(),
  );

const PROCEDURE_REMEDY = 'Write CREATE FUNCTION … LANGUAGE sql, or do the work in the application.';

/** CREATE FUNCTION, and functions the service does not have. */
export const functionRules = [
  rule(
    ['CreateFunctionStmt', 'AlterFunctionStmt'],
    {
      id: 'procedure',
      message: 'PROCEDURE is not supported',
      grade: 'C',
      source: 'AWS DSQL skill',
      remedy: PROCEDURE_REMEDY,
    },
    statement =>
      ('is_procedure' in statement && statement.is_procedure === true) ||
      ('objtype' in statement && statement.objtype === 'OBJECT_PROCEDURE'),
  ),
  rule(
    'AlterFunctionStmt',
    {
      id: 'alter_function',
      message: 'unsupported statement: AlterFunction',
      grade: 'D',
      source:
        'User Guide, ALTER FUNCTION (2026-10): RENAME TO, OWNER TO and SET SCHEMA are its only forms; the text is inferred from the recorded ones',
      remedy: 'Define the function again, with CREATE OR REPLACE FUNCTION.',
    },
    () => true,
  ),
  rule(
    'CreateFunctionStmt',
    {
      id: 'function_language',
      message: 'CREATE FUNCTION with language {language} not supported',
      remedy: 'Write the body in LANGUAGE sql; loops and exceptions belong into the application.',
    },
    statement => {
      const language = as(optionsOf(statement.options).get('language')?.arg, 'String')?.sval;
      return language !== undefined && language.toLowerCase() !== 'sql' && { values: { language } };
    },
  ),
  rule(
    'CreateFunctionStmt',
    {
      id: 'function_return_type',
      message: 'datatype {type} not supported',
      since: '2026-08-19',
      grade: 'C',
      source:
        'a PostgREST conformance project, measured on a live cluster 2026-08-19: such types are parameters but no results; arrays, inet, tsvector, pg_lsn and the reg types are',
      remedy: 'Return it as text, numeric or jsonb; the function may use the type inside.',
    },
    ({ returnType }) => {
      const type = writtenType(returnType);
      const refused = type.builtIn && !type.array && NOT_RETURNED.has(type.name);
      return refused && { values: { type: type.display }, location: returnType?.location };
    },
  ),
  rule(
    'CreateFunctionStmt',
    {
      id: 'function_statement',
      message: '{statement} is not allowed in an SQL function',
      grade: 'G',
      source:
        'PostgreSQL’s text for transaction statements in a function; nothing shows DSQL running DDL or SET inside one (2026-11)',
      remedy: 'Keep queries and INSERT, UPDATE, DELETE in the function; send DDL and SET as statements of their own.',
    },
    create => {
      const statement = statementNotForFunctions(create);
      return statement !== undefined && { values: { statement } };
    },
  ),
  rule(
    'CreateFunctionStmt',
    {
      id: 'leakproof',
      sqlstate: '42501',
      message: 'only superuser can define a leakproof function',
      byPostgres: true,
      grade: 'C',
      source: 'PostgreSQL’s own text; not confirmed',
      remedy: 'Leave LEAKPROOF out.',
    },
    ({ options }) => as(optionsOf(options).get('leakproof')?.arg, 'Boolean')?.boolval === true,
  ),
  rule(
    'FuncCall',
    {
      id: 'advisory_lock',
      message: 'function {function} not supported',
      grade: 'C',
      source: 'pistachio 2026-10-10; AWS Flyway sample',
      remedy: 'Take a row of a lock table with SELECT … FOR UPDATE: the second committer gets 40001.',
    },
    call => {
      const name = namesOf(call.funcname).at(-1) ?? '';
      return /^pg_(?:try_)?advisory_/.test(name) && { values: { function: name }, location: call.location };
    },
  ),
  rule(
    'FuncCall',
    {
      id: 'backend_pid',
      message: 'function {function} not supported',
      since: '2025-05-29',
      grade: 'C',
      source: 'beekeeper-studio issue 3224, 2025-05-29; no later answer is known',
      remedy: 'Use sys.current_session_id(): it tells the sessions of a cluster apart.',
    },
    call => {
      const names = namesOf(call.funcname);
      const name = names.at(-1) ?? '';
      const own = names.length === 1 || names[0] === 'pg_catalog';
      return own && name === 'pg_backend_pid' && { values: { function: name }, location: call.location };
    },
  ),
  rule(
    'FuncCall',
    {
      id: 'unsupported_function',
      message: 'function {function} not supported',
      grade: 'G',
      source:
        'by analogy with advisory locks: DSQL has no NOTIFY, large objects, exported snapshots or signals to sessions',
      remedy:
        'Leave the call out: tell listeners through a table or from the application, and store documents as bytea.',
    },
    call => {
      const name = namesOf(call.funcname).at(-1) ?? '';
      return NOT_THERE.test(name) && { values: { function: name }, location: call.location };
    },
  ),
  rule(
    'FuncCall',
    {
      id: 'activity_function',
      message: 'function {function} not supported',
      grade: 'G',
      source:
        'aws-blocks: pg_stat_activity, which is made of them, is genuinely unsupported; the text as for advisory locks',
      remedy: 'Look at the active sessions in CloudWatch Database Insights.',
    },
    call => {
      const name = namesOf(call.funcname).at(-1) ?? '';
      const tells = /^pg_stat_get_(?:activity|backend_\w+)$/.test(name);
      return tells && { values: { function: name }, location: call.location };
    },
  ),
  rule(
    'FuncCall',
    {
      id: 'text_search_configuration',
      sqlstate: '42704',
      message: 'text search configuration "{name}" does not exist',
      byPostgres: true,
      remedy:
        'Search outside the database; within it, the configuration "simple", LIKE and an index on lower(col) remain.',
    },
    ({ funcname, args = [] }) => {
      const called = namesOf(funcname).at(-1) ?? '';
      const ofDocument = called === 'ts_headline' && args.length === 3 && as(args[2], 'A_Const') !== undefined;
      if (ofDocument || args.length < (TEXT_SEARCH[called] ?? Infinity)) return false;
      const name = constantOf(args[0]);
      const text = name?.sval?.sval;
      if (text === undefined || /^(?:pg_catalog\.)?simple$/i.test(text)) return false;
      return { values: { name: foldedName(text) }, location: name?.location };
    },
  ),
  rule(
    'FuncCall',
    {
      id: 'set_config_parameter',
      message: 'setting configuration parameter "{name}" not supported',
      since: '2026-08-19',
      grade: 'C',
      source:
        'a PostgREST conformance project, measured on a live cluster 2026-08-19; AWS’s pgdump-proxy; that a session keeps no role is inferred from SET ROLE',
      remedy: 'Leave it out: only the parameters SET takes may be set. Timeouts belong into the client.',
    },
    call => {
      const [name] = constantTexts(call.args);
      if (namesOf(call.funcname).at(-1) !== 'set_config' || name === undefined) return false;
      const local = constantOf(call.args?.[2])?.boolval;
      const forSession = local !== undefined && local.boolval !== true;
      const may = forSession ? isSessionParameter : (parameter: string) => SETTABLE_PARAMETERS.has(parameter);
      return !may(name.toLowerCase()) && { values: { name }, location: call.location };
    },
  ),
  rule(
    'AlterStatsStmt',
    {
      id: 'statistics_target',
      sqlstate: '22023',
      message: 'statistics target {target} exceeds maximum allowed value of 100',
      grade: 'D',
      source: 'User Guide quotas 2026-09',
      remedy: 'Set a target of at most 100.',
    },
    statement => {
      const target = statement.stxstattarget ?? 0;
      return target > 100 && { values: { target } };
    },
  ),
];
