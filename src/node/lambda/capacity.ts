import type { CapacityProviderConfig } from '@aws-sdk/client-lambda';
import type { ManagedInstances } from '../../core/lambda/managed-instances';

/** The member of a request that puts a function on managed instances; none where it is not to be there. */
export function capacityOf(managed: ManagedInstances | undefined): { CapacityProviderConfig?: CapacityProviderConfig } {
  if (!managed) return {};
  return {
    CapacityProviderConfig: {
      LambdaManagedInstancesCapacityProviderConfig: {
        CapacityProviderArn: managed.capacityProviderArn,
        PerExecutionEnvironmentMaxConcurrency: managed.maxConcurrency,
      },
    },
  };
}
