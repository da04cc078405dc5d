/**
 * Stacks. CDK's CLI works by roles of its bootstrap stack, which the user assumes and which hold what CloudFormation and the assets
 * need (CDK guide, “Bootstrapping”, seen 2026-11-21): the user's own policy is to assume them. Calls by those roles need nothing of
 * the user.
 */
import { ARNS } from '../arns';
import type { PlannedCall } from '../calls';
import { UNPROTECT_CLUSTER } from './cluster-calls';
import { assumeRole, CALLER_IDENTITY } from './database-calls';

/** Of the bootstrap's default qualifier. Roles: deploy, file-publishing, image-publishing, lookup. */
const BOOTSTRAP_ROLES = 'arn:aws:iam::{account}:role/cdk-hnb659fds-*-{account}-{region}';

const byRole = (operation: string, why: string, changes: boolean): PlannedCall => ({
  service: 'cloudformation',
  operation,
  actions: [],
  resources: [ARNS.stack],
  why,
  changes,
});

export const DESCRIBE_STACK: PlannedCall = {
  service: 'cloudformation',
  operation: 'DescribeStacks',
  actions: ['cloudformation:DescribeStacks'],
  resources: [ARNS.stack],
  why: "the stack's state and outputs",
  changes: false,
};

/** As the CDK CLI sends them (aws-cdk 2.1148.1); the bundle and the template go to the bootstrap's bucket by the publishing role. */
export const DEPLOY_STACK: readonly PlannedCall[] = [
  CALLER_IDENTITY,
  assumeRole('CDK works by the roles of its bootstrap stack', BOOTSTRAP_ROLES),
  byRole('GetTemplate', 'what is deployed now, by the deploy role', false),
  byRole('DeleteChangeSet', 'one that an earlier attempt left behind, by the deploy role', false),
  byRole('CreateChangeSet', 'what would change, by the deploy role', false),
  byRole('DescribeChangeSet', 'until it is worked out, by the deploy role', false),
  byRole('ExecuteChangeSet', 'makes cluster, function and roles, by the deploy role', true),
  byRole('DescribeStackEvents', 'until it is done, by the deploy role', false),
  DESCRIBE_STACK,
];

export const DESTROY_STACK: readonly PlannedCall[] = [
  ...UNPROTECT_CLUSTER,
  CALLER_IDENTITY,
  DESCRIBE_STACK,
  assumeRole('CDK works by the roles of its bootstrap stack', BOOTSTRAP_ROLES),
  byRole('DeleteStack', 'deletes everything of the stack, by the deploy role', true),
  byRole('DescribeStackEvents', 'until it is gone, by the deploy role', false),
];
