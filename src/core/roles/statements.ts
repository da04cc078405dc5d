/** A plan and what holds already → the statements that are missing; and the way back. */
import { sqlName } from '../dialect/names';
import { literal } from '../dialect/sql-text';
import type { RolePlan, RoleState, RoleStatement, TableGrant, TablePrivilege } from './contract';

const tableName = ({ schema, table }: TableGrant): string => `${sqlName(schema)}.${sqlName(table)}`;
const DUPLICATE = '42710';
const UNDEFINED_OBJECT = '42704';
const UNDEFINED_TABLE = '42P01';
const DEPENDENT_OBJECTS = '2BP01';

/** Nothing is known of the cluster: everything is written out. */
const unknownState = ({ grants }: RolePlan): RoleState => ({
  arns: [],
  schemas: {},
  tables: grants.map(() => ({ exists: true, held: [] })),
});

/** What is missing, in the order in which it must run. Nothing when all of it holds; tables that are not there are left out. */
export function setUpStatements(plan: RolePlan, state: RoleState = unknownState(plan)): RoleStatement[] {
  const role = sqlName(plan.user);
  const statements: RoleStatement[] = [];
  const add = (sql: string, why: string, ...tolerate: string[]): void => void statements.push({ sql, why, tolerate });
  if (!state.role) add(`CREATE ROLE ${role} WITH LOGIN`, 'a role for the application', DUPLICATE);
  else if (!state.role.canLogin) add(`ALTER ROLE ${role} WITH LOGIN`, 'the role may log in');
  if (!state.arns.includes(plan.arn))
    add(`AWS IAM GRANT ${role} TO ${literal(plan.arn)}`, 'the IAM role may connect as it', DUPLICATE);
  for (const [schema, { usage }] of Object.entries(state.schemas))
    if (!usage) add(`GRANT USAGE ON SCHEMA ${sqlName(schema)} TO ${role}`, `it may look into ${schema}`);
  plan.grants.forEach((grant, i) => {
    const { exists = false, held = [] } = state.tables[i] ?? {};
    const missing = grant.privileges.filter(privilege => !held.includes(privilege));
    if (exists && missing.length > 0)
      add(`GRANT ${missing.join(', ')} ON TABLE ${tableName(grant)} TO ${role}`, `it may use ${grant.table}`);
  });
  return statements;
}

/**
 * Takes back what the plan gives: first the mapping, so that nobody comes in any more. The role itself goes only when no other identity
 * is mapped to it; where it holds more than the plan's privileges it stays (2BP01).
 */
export function revokeStatements(plan: RolePlan, state: RoleState): RoleStatement[] {
  if (!state.role) return [];
  const role = sqlName(plan.user);
  const statements: RoleStatement[] = [];
  const add = (sql: string, why: string, ...tolerate: string[]): void => void statements.push({ sql, why, tolerate });
  if (state.arns.includes(plan.arn))
    add(
      `AWS IAM REVOKE ${role} FROM ${literal(plan.arn)}`,
      'the IAM role may not connect as it any more',
      UNDEFINED_OBJECT,
    );
  plan.grants.forEach((grant, i) => {
    const { exists = false, held = [] } = state.tables[i] ?? {};
    const given: TablePrivilege[] = grant.privileges.filter(privilege => held.includes(privilege));
    if (exists && given.length > 0)
      add(
        `REVOKE ${given.join(', ')} ON TABLE ${tableName(grant)} FROM ${role}`,
        `it may not use ${grant.table} any more`,
        UNDEFINED_TABLE,
      );
  });
  // of the public schema everybody has usage, it was not given here
  for (const [schema, { usage }] of Object.entries(state.schemas))
    if (usage && schema !== 'public')
      add(`REVOKE USAGE ON SCHEMA ${sqlName(schema)} FROM ${role}`, `nor look into ${schema}`);
  if (state.arns.every(arn => arn === plan.arn))
    add(`DROP ROLE ${role}`, 'nobody is mapped to it any more', UNDEFINED_OBJECT, DEPENDENT_OBJECTS);
  return statements;
}

/** For people to read and to run: one statement a line. */
export const scriptOf = (statements: readonly RoleStatement[]): string =>
  statements.map(({ sql }) => `${sql};`).join('\n');

/** Tables of the plan that are not there: what is granted on them must wait. */
export const missingTables = ({ grants }: RolePlan, { tables }: RoleState): string[] =>
  grants.filter((_, i) => !tables[i]?.exists).map(tableName);
