/** Looks at a cluster as admin, and brings a role to its plan. */
import { CodedError } from '../../base/errors';
import type { DatabasePort, QueryResult } from '../sql/database-port';
import { TABLE_PRIVILEGES, type RolePlan, type RoleState, type RoleStatement } from './contract';

/** SQL as admin; what it is used by: `DatabasePort`, a session of the window's connections. */
export type AdminSql = Pick<DatabasePort, 'query'>;

/** What holds already, by the catalogue. */
export async function readRoleState(plan: RolePlan, { query }: AdminSql, signal?: AbortSignal): Promise<RoleState> {
  const ask = async (sql: string, params: unknown[]): Promise<QueryResult['rows']> =>
    (await query(sql, { params, ...(signal && { signal }) })).rows;
  const [role] = await ask('SELECT rolcanlogin FROM pg_roles WHERE rolname = $1', [plan.user]);
  const arns = await ask('SELECT arn FROM sys.iam_pg_role_mappings WHERE pg_role_name = $1 ORDER BY arn', [plan.user]);
  const schemas: Record<string, { usage: boolean }> = {};
  for (const schema of new Set(plan.grants.map(grant => grant.schema))) {
    const sql = role
      ? "SELECT has_schema_privilege($2::name, nspname, 'USAGE') FROM pg_namespace WHERE nspname = $1"
      : "SELECT nspname = 'public' FROM pg_namespace WHERE nspname = $1";
    const [found] = await ask(sql, role ? [schema, plan.user] : [schema]);
    if (found) schemas[schema] = { usage: found[0] === 't' };
  }
  const tables: RoleState['tables'][number][] = [];
  for (const { schema, table } of plan.grants) {
    const held = role ? TABLE_PRIVILEGES.map((_, i) => `has_table_privilege($3::name, c.oid, $${i + 4})`) : [];
    const [found] = await ask(
      `SELECT ${['true', ...held].join(', ')} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v')`,
      [schema, table, ...(role ? [plan.user, ...TABLE_PRIVILEGES] : [])],
    );
    tables.push({
      exists: found !== undefined,
      held: TABLE_PRIVILEGES.filter((_, i) => found?.[i + 1] === 't'),
    });
  }
  return {
    ...(role && { role: { canLogin: role[0] === 't' } }),
    arns: arns.map(([arn]) => arn ?? ''),
    schemas,
    tables,
  };
}

/** How a statement went: run, or not needed after all with the SQLSTATE that says so. */
export interface StatementOutcome {
  statement: RoleStatement;
  /** Undefined when it was run. */
  tolerated?: { sqlstate: string; message: string };
}

/** Runs the statements one after the other, each its own transaction. Rejects with the first error that is not tolerated. */
export async function runStatements(
  statements: readonly RoleStatement[],
  { query }: AdminSql,
  onOutcome: (outcome: StatementOutcome) => void = () => undefined,
  signal?: AbortSignal,
): Promise<StatementOutcome[]> {
  const outcomes: StatementOutcome[] = [];
  for (const statement of statements) {
    signal?.throwIfAborted();
    const outcome = await runOne(statement, query);
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}

async function runOne(statement: RoleStatement, query: AdminSql['query']): Promise<StatementOutcome> {
  try {
    // a schema conflict applied nothing: it is tried again
    await query(statement.sql, { onSchemaConflict: () => undefined });
    return { statement };
  } catch (error) {
    const sqlstate = error instanceof CodedError ? error.details?.sqlstate : undefined;
    if (typeof sqlstate !== 'string' || !statement.tolerate.includes(sqlstate)) throw error;
    return { statement, tolerated: { sqlstate, message: (error as Error).message } };
  }
}
