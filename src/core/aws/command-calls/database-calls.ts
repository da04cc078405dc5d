/** What SQL needs of IAM: tokens are signed here, nothing is asked of an API. UG:authentication-token, seen 2026-11-21. */
import { ARNS } from '../arns';
import type { PlannedCall } from '../calls';

/**
 * Anyone may ask STS who they are: no policy is needed for it, and one that denies it changes nothing, for whoever is refused is told the
 * same. STS API reference, GetCallerIdentity, seen 2026-11-21.
 */
export const CALLER_IDENTITY: PlannedCall = {
  service: 'sts',
  operation: 'GetCallerIdentity',
  actions: [],
  resources: ['*'],
  why: 'whose credentials these are',
  changes: false,
};

/** SQL as admin. What the statements change is shown where they are. */
export const CONNECT_AS_ADMIN: PlannedCall = {
  service: 'dsql',
  operation: 'DbConnectAdmin',
  actions: ['dsql:DbConnectAdmin'],
  resources: [ARNS.cluster],
  why: 'connects as admin, with a token signed here',
  changes: false,
  unsent: true,
};

/** SQL as a role of the database, which must be mapped to the identity. */
export const CONNECT_AS_ROLE: PlannedCall = {
  service: 'dsql',
  operation: 'DbConnect',
  actions: ['dsql:DbConnect'],
  resources: [ARNS.cluster],
  why: 'connects as a database role, with a token signed here',
  changes: false,
  unsent: true,
};

export const assumeRole = (why: string, role: string = ARNS.role): PlannedCall => ({
  service: 'sts',
  operation: 'AssumeRole',
  actions: ['sts:AssumeRole'],
  resources: [role],
  why,
  changes: false,
});
