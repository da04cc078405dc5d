/** What is told of a role, in sentences. */
import type { RolePlan, RoleVerification } from './contract';

/** How it was verified, or why it was not. */
export function describeVerification({ user, arn }: RolePlan, verification: RoleVerification): string {
  const how = verification.way === 'function' ? 'a function with the role' : 'a token of the role';
  if (verification.ok) return `Verified: connected with ${how} as ${verification.currentUser}.`;
  if (verification.way === 'none') return `Not verified by connecting: ${verification.reason}.`;
  return `${arn} may not connect as ${user}: with ${how} it was refused: ${verification.reason}`;
}
