/** The teardown, each of whose calls fails: while it looks, and while it removes. */
import { LOCAL_ACCOUNT_ID } from '../../protocol/local-cluster';
import { addRoleAndStack, OUR_TAGS as TAGS } from './account-contents';
import type { FaultScenario } from './fault-scenario';
import type { Stage } from './stage';
import { AIM } from './step';
import { functionNames } from './tag-index';

const REGION = 'us-east-1';
const FUNCTION = 'teller';
const LIST = ['teardown', '--region', REGION, '--dry-run'];
const REMOVE = ['teardown', '--region', REGION, '--yes-delete', LOCAL_ACCOUNT_ID];

/** What else is in the account is cleared away before; all of it is ours. */
export const TEARDOWN_FAULTS: readonly FaultScenario[] = [
  {
    id: 'find-everything',
    calls: [
      ...['sts GetCallerIdentity', 'tagging GetResources', 'cloudformation DescribeStacks'],
      ...['cloudformation ListStackResources', 'dsql ListClusters', 'dsql GetCluster', 'monitoring GetMetricData'],
      ...['lambda ListFunctions', 'lambda ListTags', 'logs DescribeLogGroups', 'logs ListTagsForResource'],
      ...['iam ListRoles', 'iam ListRoleTags'],
    ],
    prepare: () => [REMOVE],
    before: deployMissing,
    arrange,
    args: () => LIST,
    reports: true,
    // what a cluster stores is then not measured, and the list says so
    goesOn: ['monitoring GetMetricData'],
  },
  {
    id: 'teardown',
    calls: [
      ...['cloudformation UpdateTerminationProtection', 'cloudformation DeleteStack'],
      ...['dsql UpdateCluster', 'dsql DeleteCluster', 'lambda DeleteFunction', 'lambda GetFunctionConfiguration'],
      ...['logs TagResource', 'logs DeleteLogGroup', 'iam ListAttachedRolePolicies', 'iam DetachRolePolicy'],
      ...['iam ListRolePolicies', 'iam DeleteRolePolicy', 'iam DeleteRole', 'iam GetRole'],
    ],
    before: deployMissing,
    arrange,
    args: () => REMOVE,
    reports: true,
    leaves: standing,
    // without the tag, a log is found by its name the next time; a role is looked at twice
    goesOn: ['logs TagResource', 'iam GetRole'],
    goesOnAfter: standing,
  },
];

/** The function is deployed before each fault that finds it gone: it costs a bundle. */
function deployMissing({ home }: Stage): string[][] {
  return [['deploy', `${home}/edition`, '--name', FUNCTION, ...AIM]];
}

/** One of each kind that only the removal of something else, a stack or a function makes; with all that is taken off first. */
function arrange({ clusters, logs, roles, stacks }: Stage): void {
  for (const known of [clusters.clusters, logs.groups, roles.roles, stacks.stacks]) known.clear();
  clusters.answer({
    ...{ service: 'dsql', region: REGION, operation: 'CreateCluster' },
    input: { deletionProtectionEnabled: true, tags: { ...TAGS, Name: 'bank' } },
  });
  const group = `/aws/lambda/dsql-workshop-${FUNCTION}`;
  const arn = `arn:aws:logs:${REGION}:${LOCAL_ACCOUNT_ID}:log-group:${group}`;
  logs.groups.set(arn, { name: group, arn, storedBytes: 0, creationTime: Date.now(), tags: {} });
  addRoleAndStack({ roles, stacks });
}

/** Names of what is there, and is not being deleted. */
async function standing({ clusters, logs, roles, stacks, info }: Stage): Promise<string[]> {
  return [
    ...clusters.all(REGION).flatMap(({ status, identifier }) => (/DELET/.test(status) ? [] : [identifier])),
    ...(await functionNames(info)),
    ...[...logs.groups.values()].map(({ name }) => name),
    ...roles.roles.keys(),
    ...[...stacks.stacks.values()].flatMap(({ status, name }) => (/DELETE/.test(status) ? [] : [name])),
  ];
}
