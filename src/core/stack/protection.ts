/**
 * Deletion protection of a stack's clusters. CloudFormation does not take it off: it deletes function, log and role, fails at the cluster,
 * and leaves a stack in DELETE_FAILED. So it is looked for before, and taken off only when the user agrees to that.
 */
import { CodedError } from '../../base/errors';
import { clusterIdOf } from '../aws/preflight';
import type { ControlPlane } from '../clusters/contract';
import { stackNames, type StackOutputs, type StackRequest } from './contract';

/** A cluster that is protected against deletion. */
export interface GuardedCluster {
  region: string;
  identifier: string;
}

/**
 * The clusters of a stack that are protected, by what its last deployment put out. What cannot be looked at counts as not protected: the
 * CDK goes by other roles than these credentials, and says itself what it may not do. Rejects with `CANCELLED` only.
 */
export async function guardedClusters(
  stacks: readonly StackOutputs[],
  request: StackRequest,
  plane: Pick<ControlPlane, 'describe'>,
  signal?: AbortSignal,
): Promise<GuardedCluster[]> {
  const names = stackNames(request);
  const guarded: GuardedCluster[] = [];
  for (const { stackName, region, clusterId, endpoint } of stacks) {
    const identifier = clusterId ?? clusterIdOf(endpoint);
    if (!names.includes(stackName) || identifier === undefined) continue;
    try {
      if ((await plane.describe(region, identifier, signal)).deletionProtection) guarded.push({ region, identifier });
    } catch (error) {
      if (error instanceof CodedError && error.code === 'CANCELLED') throw error;
    }
  }
  return guarded;
}

/** For people, one line a cluster. */
export const guardedLines = (clusters: readonly GuardedCluster[]): string[] =>
  clusters.map(({ identifier, region }) => `${identifier} in ${region}: it would stop the destruction half way`);

export const GUARDED_HEADING = 'Deletion protection is taken off first';

/** Nothing was changed. */
export const stackGuarded = (clusters: readonly GuardedCluster[]): CodedError =>
  new CodedError(
    'STACK_DELETION_PROTECTED',
    `protected against deletion: ${clusters.map(({ identifier, region }) => `${identifier} in ${region}`).join(', ')}; nothing was changed`,
    {
      nextStep: 'If it is to go with all of its data, repeat the command with --unprotect.',
      details: { clusters },
    },
  );
