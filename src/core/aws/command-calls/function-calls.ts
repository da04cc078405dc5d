/**
 * Calls to Lambda. Sources, seen 2026-11-21: the service's authorization reference (list_awslambda: ListFunctions and GetAccountSettings
 * know no resource; CreateFunction with tags also authorizes TagResource; a role that is given must be passed), “Using tags on Lambda
 * functions” (GetFunction of a tagged function also needs ListTags), “Resources and conditions for Lambda actions” (a request that names a
 * version is held against the version's ARN).
 */
import { ARNS } from '../arns';
import type { Permission, PlannedCall } from '../calls';
import { TAGGED_ON_CREATION } from './cluster-calls';

/** The execution role may be given to Lambda and to nothing else. */
const PASS_ROLE: Permission = {
  actions: ['iam:PassRole'],
  resources: [ARNS.role],
  conditions: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
};

const call = (
  operation: string,
  why: string,
  more: Partial<Pick<PlannedCall, 'actions' | 'resources' | 'changes' | 'also' | 'conditions'>> = {},
): PlannedCall => ({
  service: 'lambda',
  operation,
  actions: [`lambda:${operation}`],
  resources: [ARNS.function],
  why,
  changes: false,
  ...more,
});

const getFunction = (why: string): PlannedCall =>
  call('GetFunction', why, { actions: ['lambda:GetFunction', 'lambda:ListTags'] });
const updateCode = (why: string): PlannedCall => call('UpdateFunctionCode', why, { changes: true });
const UNTIL_READY = getFunction('until it may be invoked');
const LIST_VERSIONS = call('ListVersionsByFunction', 'which versions were published');

export const LIST_FUNCTIONS: PlannedCall = call('ListFunctions', 'which functions there are', { resources: ['*'] });
export const REMOVE_FUNCTION: PlannedCall = call('DeleteFunction', 'deletes the function and its versions', {
  changes: true,
});
/** Lambda asks for InvokeFunction, whatever the operation's name. */
export const INVOKE_FUNCTION: PlannedCall = call('Invoke', 'runs the function and waits for its answer', {
  actions: ['lambda:InvokeFunction'],
  changes: true,
});

/** Whether it is there. */
export const SEE_FUNCTION: PlannedCall = call('GetFunctionConfiguration', 'whether it is there, and how it is set');

/** Deploying without publishing, as chapters do with code that is theirs. */
const DEPLOY_UNPUBLISHED: readonly PlannedCall[] = [
  SEE_FUNCTION,
  call('CreateFunction', 'makes it, where it is missing', {
    actions: ['lambda:CreateFunction', 'lambda:TagResource'],
    conditions: TAGGED_ON_CREATION,
    changes: true,
    also: [PASS_ROLE],
  }),
  updateCode('puts the bundle in, where it is another one'),
  call('UpdateFunctionConfiguration', 'sets role, memory, timeout and environment, where they differ', {
    changes: true,
    also: [PASS_ROLE],
  }),
  UNTIL_READY,
  call('ListTags', "whether it carries the workshop's tag", {}),
  call('TagResource', 'tags it, where it was made before deployments carried tags', {
    conditions: TAGGED_ON_CREATION,
    changes: true,
  }),
];

export const DEPLOY_FUNCTION: readonly PlannedCall[] = [
  ...DEPLOY_UNPUBLISHED,
  call('PublishVersion', 'keeps the code as a version to go back to', { changes: true }),
];

export const CONFIGURE_FUNCTION: readonly PlannedCall[] = [
  getFunction('how it is set'),
  call('UpdateFunctionConfiguration', 'sets memory, timeout and environment', { changes: true }),
  UNTIL_READY,
];

export const ROLL_BACK_FUNCTION: readonly PlannedCall[] = [
  {
    ...getFunction('what it runs, and the code of the version'),
    also: [{ actions: ['lambda:GetFunction'], resources: [ARNS.functionVersions] }],
  },
  LIST_VERSIONS,
  updateCode('puts the code of the version back'),
  UNTIL_READY,
];

export const COMPARE_FUNCTION: readonly PlannedCall[] = [getFunction('the code that is deployed')];

export const LIST_FUNCTIONS_AND_VERSIONS: readonly PlannedCall[] = [
  LIST_FUNCTIONS,
  { ...LIST_VERSIONS, resources: [ARNS.anyFunction] },
];

/** Generators in Lambda: deployed like any function, and invoked leg after leg. */
export const STRESS_FROM_LAMBDA: readonly PlannedCall[] = [
  call('GetAccountSettings', 'how many executions the account allows at a time', { resources: ['*'] }),
  ...DEPLOY_UNPUBLISHED,
  { ...INVOKE_FUNCTION, why: 'runs a generator, leg after leg, many at a time' },
];
