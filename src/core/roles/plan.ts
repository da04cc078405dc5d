/** What a plan may hold. */
import { iamRoleArn } from '../connections/iam-role-arn';
import { TABLE_PRIVILEGES, type RolePlan, type TableGrant, type TablePrivilege } from './contract';
import { grantUnreadable, roleArnUnusable, roleNameUnusable } from './errors';

/** IAM roles and users; what they may consist of: IAM's “friendly names and paths”. */
const IAM_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
/** PostgreSQL cuts longer names. */
const MAX_NAME_BYTES = 63;

/**
 * A plan that can be carried out. A session of an assumed role stands for its role.
 * @throws CodedError `ROLE_NAME_UNUSABLE`, `ROLE_ARN_UNUSABLE`
 */
export function rolePlan(user: string, arn: string, grants: readonly TableGrant[]): RolePlan {
  checkRoleName(user);
  const mapped = iamRoleArn(arn.trim());
  checkIamArn(mapped, arn);
  return { user, arn: mapped, grants };
}

/** @throws CodedError `ROLE_NAME_UNUSABLE` */
export function checkRoleName(user: string): void {
  const why = unusable(user);
  if (why !== undefined) throw roleNameUnusable(user, why);
}

/** @param shown as it was written. @throws CodedError `ROLE_ARN_UNUSABLE` */
export function checkIamArn(arn: string, shown = arn): void {
  if (!IAM_ARN.test(arn)) throw roleArnUnusable(shown);
}

/** Why a name cannot be given to a role; undefined when it can. */
export function unusable(user: string): string | undefined {
  if (user.trim() === '') return 'it is empty';
  if ([...user].some(character => character < ' ')) return 'it holds control characters';
  if (new TextEncoder().encode(user).length > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  if (user === 'admin') return 'admin is built in, and is reached by dsql:DbConnectAdmin';
  if (/^pg_/i.test(user)) return 'names that begin with pg_ are the system’s';
  if (['public', 'none', 'current_user', 'session_user', 'current_role'].includes(user))
    return 'SQL means something else by it';
  return undefined;
}

/** `accounts:SELECT,UPDATE` or `bank.accounts:SELECT`. @throws CodedError `ROLE_GRANT_UNREADABLE` */
export function readGrant(text: string): TableGrant {
  const [, schema = 'public', table = '', list = ''] =
    /^(?:([^.:]+)\.)?([^.:]+):([A-Za-z, ]+)$/.exec(text.trim()) ?? [];
  const privileges = list.split(',').map(each => each.trim().toUpperCase());
  if (table === '' || !privileges.every(isPrivilege)) throw grantUnreadable(text);
  return { schema, table, privileges: [...new Set(privileges)] };
}

const isPrivilege = (text: string): text is TablePrivilege => (TABLE_PRIVILEGES as readonly string[]).includes(text);
