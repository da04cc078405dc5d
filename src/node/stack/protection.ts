/** Deletion protection of a stack's clusters, by the control plane of Aurora DSQL with the user's own credentials. */
import type { Closeable } from '../../base/lifecycle';
import { CodedError } from '../../base/errors';
import { placesOfArn } from '../../core/aws/arns';
import type { AccountOf } from '../../core/aws/caller';
import type { ControlPlane } from '../../core/clusters/contract';
import { stackNames, type StackOutputs, type StackRequest } from '../../core/stack/contract';
import { guardedClusters, type GuardedCluster } from '../../core/stack/protection';
import { createControlPlane } from '../clusters/control-plane';
import { profileCredentials } from '../connections/credentials';
import { stackOutputs } from './run';

/** Where the stack was last deployed from this folder; undefined where that is not known. */
export function accountOfStack(directory: string, request: StackRequest): AccountOf | undefined {
  const names = stackNames(request);
  const stack = knownStacks(directory).find(({ stackName }) => names.includes(stackName));
  const { account } = stack ? placesOfArn(stack.lambdaRoleArn) : {};
  return account === undefined
    ? undefined
    : { account, what: `what this folder last deployed as ${request.stackName}` };
}

/** What is known of the stack's protected clusters; none where no deployment from this folder is known. */
export async function guardedOfStack(
  directory: string,
  request: StackRequest,
  signal?: AbortSignal,
): Promise<GuardedCluster[]> {
  const stacks = knownStacks(directory);
  return stacks.length === 0 ? [] : withPlane(request, plane => guardedClusters(stacks, request, plane, signal));
}

/** Takes the protection off each. Rejects with a coded error of the control plane. */
export function unprotect(
  clusters: readonly GuardedCluster[],
  request: StackRequest,
  onOutput: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  return withPlane(request, async plane => {
    for (const { region, identifier } of clusters) {
      onOutput(`Taking deletion protection off ${identifier} in ${region}\n`);
      await plane.unprotect(region, identifier, signal);
    }
  });
}

async function withPlane<T>(
  { awsProfile, region = 'us-east-1' }: StackRequest,
  work: (plane: ControlPlane) => Promise<T>,
): Promise<T> {
  const plane: ControlPlane & Closeable = createControlPlane({ credentials: profileCredentials(awsProfile, region) });
  try {
    return await work(plane);
  } finally {
    await plane.close();
  }
}

function knownStacks(directory: string): StackOutputs[] {
  try {
    return stackOutputs(directory);
  } catch (error) {
    if (error instanceof CodedError) return [];
    throw error;
  }
}
