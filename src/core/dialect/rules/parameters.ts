import type { Node, VariableSetStmt } from 'libpg-query';
import { literal } from '../sql-text';
import { as, constantOf } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({
  area: 'parameters',
  since: '2026-09-11',
  grade: 'D',
  source: 'User Guide, accessing DSQL, 2026-09-11; recordings for single parameters',
});

/** Parameters that may be set, lower case. */
export const SETTABLE_PARAMETERS: ReadonlySet<string> = new Set([
  ...['application_name', 'client_encoding', 'datestyle', 'extra_float_digits', 'intervalstyle', 'timezone'],
  ...['search_path', 'enable_bitmapscan', 'enable_hashjoin', 'enable_indexonlyscan', 'enable_indexscan'],
  ...['enable_material', 'enable_mergejoin', 'enable_nestloop', 'enable_seqscan', 'dsql.enable_batched_nestloop'],
  ...['disable_sync_create_index', 'role'],
]);

/** Those that a session keeps. The role is set by SET LOCAL only, for a transaction. */
export const isSessionParameter = (name: string): boolean => SETTABLE_PARAMETERS.has(name) && name !== 'role';

/** Boolean parameters whose values PostgreSQL does not judge: it does not know them, or is not told of them by the local cluster. */
const BOOLEAN_PARAMETERS: ReadonlySet<string> = new Set([
  ...['dsql.enable_batched_nestloop', 'disable_sync_create_index', 'enable_bitmapscan'],
]);

const BOOLEAN = /^(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|0|1)$/i;

/** Whether a parameter, lower case, takes the value, as far as PostgreSQL does not judge it. */
export const takesValue = (name: string, value: string): boolean =>
  !BOOLEAN_PARAMETERS.has(name) || BOOLEAN.test(value);

function textOf(argument: Node): string {
  const constant = constantOf(argument);
  if (constant?.ival) return String(constant.ival.ival ?? 0);
  return constant?.sval?.sval ?? constant?.fval?.fval ?? '';
}

/** The value of SET as SQL: a list of literals that `SET name TO …` takes. */
export function parameterValue({ args = [] }: VariableSetStmt): string {
  return args
    .map(argument => {
      const text = textOf(argument);
      const constant = constantOf(argument);
      if (constant?.ival || constant?.fval) return text;
      return literal(as(argument, 'TypeCast') ? `INTERVAL '${text}'` : text); // SET TIME ZONE INTERVAL '…'
    })
    .join(', ');
}

/** The parameter of a SET that gives a value, lower case; undefined for RESET, SET … TO DEFAULT and SESSION CHARACTERISTICS. */
function assigned({ kind, name }: VariableSetStmt): string | undefined {
  const gives = kind === 'VAR_SET_VALUE' || kind === 'VAR_SET_CURRENT' || kind === 'VAR_SET_MULTI';
  return gives && name !== 'SESSION CHARACTERISTICS' ? (name ?? '').toLowerCase() : undefined;
}

/** SET. RESET and SET … TO DEFAULT are accepted for every parameter whose name may be one. */
export const parameterRules = [
  rule(
    'VariableSetStmt',
    {
      id: 'reserved_parameter',
      sqlstate: '42602',
      message: 'invalid configuration parameter name "{name}"',
      detail: '"dsql" is a reserved prefix.',
      grade: 'C',
      source: 'ministack 2026-10',
      remedy: 'The only parameter with this prefix is dsql.enable_batched_nestloop.',
    },
    ({ name = '' }) => {
      const lower = name.toLowerCase();
      return lower.startsWith('dsql.') && !SETTABLE_PARAMETERS.has(lower) && { values: { name: lower } };
    },
  ),
  rule(
    'VariableSetStmt',
    {
      id: 'unsupported_parameter',
      message: 'setting configuration parameter "{name}" not supported',
      remedy:
        'Leave it out. Timeouts belong into the client; for a read-only session use SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY.',
    },
    statement => {
      const name = assigned(statement);
      // SET TRANSACTION SNAPSHOT is a SET TRANSACTION, too
      const shown = (statement.name ?? '').replace(/^TRANSACTION SNAPSHOT$/, 'TRANSACTION');
      return name !== undefined && !SETTABLE_PARAMETERS.has(name) && { values: { name: shown } };
    },
  ),
  rule(
    'VariableSetStmt',
    {
      id: 'session_role',
      message: 'setting configuration parameter "role" not supported',
      since: '2025-05-29',
      source:
        'User Guide, accessing DSQL, 2026-09-11: the role only by SET LOCAL in a transaction block; the text of SET ROLE in flyway issue 4088, 2025-05-29, and from a live cluster 2026-08-19 in a PostgREST conformance project',
      remedy: 'Write SET LOCAL ROLE in a transaction, or connect as the role.',
    },
    statement => assigned(statement) === 'role' && statement.is_local !== true,
  ),
  rule(
    'VariableSetStmt',
    {
      id: 'parameter_list',
      sqlstate: '22023',
      message: 'SET {name} takes only one argument',
      grade: 'G',
      source: 'PostgreSQL’s own text',
      remedy: 'Give one value, in quotes where it has a comma.',
    },
    statement => {
      const name = assigned(statement);
      const isUnjudged = name !== undefined && (BOOLEAN_PARAMETERS.has(name) || name === 'application_name');
      return isUnjudged && (statement.args?.length ?? 0) > 1 && { values: { name } };
    },
  ),
  rule(
    'VariableSetStmt',
    {
      id: 'parameter_boolean',
      sqlstate: '22023',
      message: 'parameter "{name}" requires a Boolean value',
      grade: 'C',
      source: 'ministack 2026-10; PostgreSQL’s own text',
      remedy: 'Write on or off.',
    },
    statement => {
      const name = assigned(statement);
      const [value, ...others] = statement.args ?? [];
      const isOne = name !== undefined && value !== undefined && others.length === 0;
      return isOne && !takesValue(name, textOf(value)) && { values: { name } };
    },
  ),
];
