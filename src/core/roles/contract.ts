/** A database role for an IAM role: what chapter 0 of the workshop does by hand, as a plan, its statements, and a verdict. */

/** Privileges on tables that DSQL knows. */
export const TABLE_PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
export type TablePrivilege = (typeof TABLE_PRIVILEGES)[number];

export interface TableGrant {
  schema: string;
  table: string;
  privileges: readonly TablePrivilege[];
}

/** What should hold. */
export interface RolePlan {
  /** Database role. */
  user: string;
  /** IAM role or user that may connect as it. */
  arn: string;
  grants: readonly TableGrant[];
}

/** What the cluster says of it now. */
export interface RoleState {
  /** Undefined where there is no such role. */
  role?: { canLogin: boolean };
  /** ARNs that may connect as the role. */
  arns: readonly string[];
  /** Schemas of the plan that exist, and whether the role may use them. */
  schemas: Readonly<Record<string, { usage: boolean }>>;
  /** Tables of the plan, in its order. */
  tables: readonly { exists: boolean; held: readonly TablePrivilege[] }[];
}

/** One statement, which is one transaction: DSQL takes one DDL statement in each. */
export interface RoleStatement {
  sql: string;
  /** In a few words: “the role may log in”. */
  why: string;
  /** SQLSTATEs after which it counts as done: somebody else was quicker, or the thing is gone. */
  tolerate: readonly string[];
}

/** How a role was verified: by connecting as it with its own keys, by a function that has them, or not at all. */
export type RoleVerification =
  | { way: 'keys' | 'function'; ok: true; currentUser: string }
  | { way: 'keys' | 'function'; ok: false; reason: string }
  | { way: 'none'; ok: false; reason: string };

/** What the bank's transfer needs, and nothing else: chapters 1 and 3. */
export const BANK_GRANTS: readonly TableGrant[] = [
  { schema: 'public', table: 'accounts', privileges: ['SELECT', 'UPDATE'] },
  { schema: 'public', table: 'transactions', privileges: ['SELECT', 'INSERT'] },
];
