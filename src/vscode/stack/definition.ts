import { DEFAULT_STACK_NAME, STACK_ACTIONS, type StackAction, type StackRequest } from '../../core/stack/contract';

/** Type of the tasks, as in `contributes.taskDefinitions` and in a tasks.json. */
export const TASK_TYPE = 'dsqlWorkshop';
/** Names of `contributes.problemMatchers`. */
export const PROBLEM_MATCHERS = [
  '$dsql-workshop-esbuild',
  '$dsql-workshop-cdk',
  '$dsql-workshop-app',
  '$dsql-workshop-app-loader',
];

/** A task as a tasks.json has it. */
export interface StackTaskDefinition {
  type: string;
  action: StackAction;
  stackName?: string;
  region?: string;
  awsProfile?: string;
  functionPrefix?: string;
  secondRegion?: string;
  witnessRegion?: string;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** What a definition of somebody's tasks.json asks for; nothing when it is none of ours. */
export function readDefinition(
  definition: Readonly<Record<string, unknown>>,
): { action: StackAction; request: StackRequest } | undefined {
  const action = STACK_ACTIONS.find(known => known === definition['action']);
  if (definition['type'] !== TASK_TYPE || !action) return undefined;
  const [secondRegion, witnessRegion] = [textOf(definition['secondRegion']), textOf(definition['witnessRegion'])];
  return {
    action,
    request: {
      stackName: textOf(definition['stackName']) ?? DEFAULT_STACK_NAME,
      region: textOf(definition['region']),
      awsProfile: textOf(definition['awsProfile']),
      functionPrefix: textOf(definition['functionPrefix']),
      ...(secondRegion !== undefined && witnessRegion !== undefined && { twoRegions: { secondRegion, witnessRegion } }),
    },
  };
}

/** The task of an action, as tasks.json would write it: what is as usual is left out. */
export function definitionOf(action: StackAction, request: StackRequest): StackTaskDefinition {
  const { stackName, region, awsProfile, functionPrefix, twoRegions } = request;
  return {
    type: TASK_TYPE,
    action,
    ...(stackName !== DEFAULT_STACK_NAME && { stackName }),
    ...(region !== undefined && { region }),
    ...(awsProfile !== undefined && { awsProfile }),
    ...(functionPrefix !== undefined && { functionPrefix }),
    ...twoRegions,
  };
}
