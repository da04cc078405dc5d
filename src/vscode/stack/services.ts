import type { AccountOf } from '../../core/aws/caller';
import type { StackAction, StackOutputs, StackRequest } from '../../core/stack/contract';
import type { GuardedCluster } from '../../core/stack/protection';
import type { StackRunOptions } from '../../node/stack/run';

/** What stacks need of the disk and of the CDK CLI. `directory` is a workshop folder. */
export interface StackServices {
  /** Rejects with `STACK_FOLDER_MISSING`, `STACK_PACKAGES_MISSING`. */
  require(directory: string): Promise<void>;
  /** Rejects with what `diagnose` makes of a failure, or `CANCELLED`. */
  run(action: StackAction, request: StackRequest, options: StackRunOptions): Promise<StackOutputs[]>;
  /** Clusters of the stack that are protected against deletion, as far as that can be seen. Rejects with `CANCELLED` only. */
  guarded(directory: string, request: StackRequest, signal: AbortSignal): Promise<GuardedCluster[]>;
  /** Where the stack was last deployed from this folder; undefined where that is not known. */
  account(directory: string, request: StackRequest): Promise<AccountOf | undefined>;
  unprotect(
    clusters: readonly GuardedCluster[],
    request: StackRequest,
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  install(directory: string, onOutput: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** Rejects with `STACK_NOT_DEPLOYED`, `STACK_OUTPUTS_MALFORMED`. */
  outputs(directory: string): Promise<StackOutputs[]>;
  /** Into the folder's `dsql-workshop.json`. @returns the file. Rejects with `STACK_TARGET_NOT_WRITTEN`. */
  saveTarget(directory: string, name: string, stack: StackOutputs, awsProfile?: string): Promise<string>;
  /** The file that a path in a tool's output means, relative to the workshop folder or to its CDK app. */
  fileOf(directory: string, path: string): string | undefined;
}
