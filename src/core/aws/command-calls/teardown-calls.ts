/**
 * What finds and removes everything that the workshop made, in one Region. Sources as of the calls themselves; of IAM, CloudFormation and
 * CloudWatch Logs their authorization references, seen 2026-11-21: listing roles and log groups, and stacks without a name, knows no
 * resource; DescribeStacks of all stacks also needs ListStacks.
 */
import { ARNS } from '../arns';
import type { AwsServiceName, PlannedCall } from '../calls';
import { ROLE_PATH } from '../tags';
import { DELETE_TAGGED_CLUSTERS, FIND_CLUSTERS, TAGGED_ALREADY, TAGGED_ON_CREATION } from './cluster-calls';
import { CALLER_IDENTITY } from './database-calls';
import { LIST_FUNCTIONS, REMOVE_FUNCTION } from './function-calls';
import { METRIC_DATA, TAGGED_RESOURCES } from './observation-calls';

const ROLES_OF_OURS = `arn:aws:iam::{account}:role${ROLE_PATH}*`;
const ANY_STACK = 'arn:aws:cloudformation:{region}:{account}:stack/*';
const FUNCTION_LOGS = 'arn:aws:logs:{region}:{account}:log-group:/aws/lambda/*';

type Rest = Partial<Pick<PlannedCall, 'changes' | 'conditions' | 'also'>>;

function call(service: AwsServiceName, operation: string, resource: string, why: string, rest: Rest = {}): PlannedCall {
  return {
    service,
    operation,
    actions: [`${service}:${operation}`],
    resources: [resource],
    why,
    changes: false,
    ...rest,
  };
}

const CHANGES = { changes: true } as const;

export const FIND_EVERYTHING: readonly PlannedCall[] = [
  CALLER_IDENTITY,
  TAGGED_RESOURCES,
  call('cloudformation', 'DescribeStacks', '*', 'which stacks there are', {
    also: [{ actions: ['cloudformation:ListStacks'], resources: ['*'] }],
  }),
  call('cloudformation', 'ListStackResources', ANY_STACK, 'what each of ours made'),
  ...FIND_CLUSTERS,
  LIST_FUNCTIONS,
  call('lambda', 'ListTags', ARNS.anyFunction, 'whether a function is ours'),
  call('logs', 'DescribeLogGroups', '*', 'which logs functions left'),
  call('logs', 'ListTagsForResource', FUNCTION_LOGS, 'whether a log is ours'),
  call('iam', 'ListRoles', '*', `which roles there are below ${ROLE_PATH}`),
  call('iam', 'ListRoleTags', ROLES_OF_OURS, 'whether a role is ours'),
  { ...METRIC_DATA, why: 'how much each cluster stores, for its cost' },
];

export const TEAR_DOWN: readonly PlannedCall[] = [
  ...FIND_EVERYTHING,
  call('cloudformation', 'UpdateTerminationProtection', ANY_STACK, 'takes protection off a stack, where it is on', {
    ...CHANGES,
    conditions: TAGGED_ALREADY,
  }),
  call('cloudformation', 'DeleteStack', ANY_STACK, 'deletes each stack of ours', {
    ...CHANGES,
    conditions: TAGGED_ALREADY,
  }),
  call('cloudformation', 'DescribeStackEvents', ANY_STACK, 'why a stack could not be deleted'),
  {
    ...REMOVE_FUNCTION,
    resources: [ARNS.anyFunction],
    conditions: TAGGED_ALREADY,
    why: 'deletes each function that carries the tag',
  },
  call('lambda', 'GetFunctionConfiguration', ARNS.anyFunction, 'until a function is gone'),
  call('logs', 'TagResource', FUNCTION_LOGS, 'tags a log, so that it is found when its function is gone', {
    ...CHANGES,
    conditions: TAGGED_ON_CREATION,
  }),
  call('logs', 'DeleteLogGroup', FUNCTION_LOGS, 'deletes the logs of those functions', CHANGES),
  ...DELETE_TAGGED_CLUSTERS,
  call('iam', 'ListAttachedRolePolicies', ROLES_OF_OURS, 'what a role holds'),
  call('iam', 'ListRolePolicies', ROLES_OF_OURS, 'what a role holds'),
  call('iam', 'DetachRolePolicy', ROLES_OF_OURS, 'a role must hold nothing to be deleted', CHANGES),
  call('iam', 'DeleteRolePolicy', ROLES_OF_OURS, 'a role must hold nothing to be deleted', CHANGES),
  call('iam', 'DeleteRole', ROLES_OF_OURS, 'deletes each role of ours', CHANGES),
  call('iam', 'GetRole', ROLES_OF_OURS, 'until a role is gone'),
];
