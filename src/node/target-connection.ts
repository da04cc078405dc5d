import { FUNCTION_PREFIX } from '../core/aws/names';
import type { ConnectionProfile } from '../core/connections/connection-profile';
import { lambdaEndpointOf } from './aws-requests';
import { profileCredentials } from './connections/credentials';
import type { Target } from './target';

/** A connection of kind `aws` as the target of chapters. Keys come from the SDK's provider chain when they are needed; nothing is sent here. */
export function connectionTarget(profile: ConnectionProfile): Target {
  const { name, region, host, port, caFile, awsProfile, lambdaEndpoint, lambdaRoleArn = '' } = profile;
  return {
    name,
    kind: 'aws',
    region,
    endpoint: host,
    port,
    caFile,
    credentials: { admin: profileCredentials(awsProfile, region) },
    lambda: { endpoint: lambdaEndpoint ?? lambdaEndpointOf(), roleArn: lambdaRoleArn, functionPrefix: FUNCTION_PREFIX },
  };
}
