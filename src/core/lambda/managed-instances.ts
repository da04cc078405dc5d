/**
 * Lambda Managed Instances: environments that run many invocations at a time, on machines of a capacity provider. Source: Lambda developer guide
 * and API reference, December 2025.
 */
import type { Bounds } from './settings';

/** How a function runs there. */
export interface ManagedInstances {
  /** ARN of the capacity provider, which says on whose machines. */
  capacityProviderArn: string;
  /** Invocations that an environment runs at the same time. Default: `DEFAULT_MANAGED_CONCURRENCY` for each vCPU. */
  maxConcurrency?: number;
}

/** Bounds of `PerExecutionEnvironmentMaxConcurrency`. */
export const MANAGED_CONCURRENCY: Bounds = { min: 1, max: 1_600 };

/** Of functions in Node.js, for each vCPU. */
export const DEFAULT_MANAGED_CONCURRENCY = 64;

/** MiB, the least that they take. */
export const MANAGED_MEMORY_MB = 2_048;

/**
 * The local service's capacity provider: this machine.
 * @param arn of a function or role of the account
 */
export function localCapacityProvider(arn: string, region: string): string {
  return `arn:aws:lambda:${region}:${arn.split(':')[4]}:capacity-provider:this-machine`;
}
