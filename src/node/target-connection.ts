import { FUNCTION_PREFIX } from '../core/lambda/names';
import type { ConnectionProfile } from '../core/connections/connection-profile';
import { assumedRole, profileCredentials } from './connections/credentials';
import type { Target } from './target';

/** A connection of kind `aws` as the target of chapters. Keys come from the SDK's provider chain when they are needed; nothing is sent here. */
export function connectionTarget(profile: ConnectionProfile): Target {
  const { name, region, host, hostaddr, port, caFile, awsProfile, lambdaEndpoint, lambdaRoleArn = '' } = profile;
  const admin = profileCredentials(awsProfile, region);
  const lambda = profile.assumeLambdaRole ? assumedRole(admin, lambdaRoleArn, region) : undefined;
  return {
    name,
    kind: 'aws',
    region,
    endpoint: host,
    hostaddr,
    port,
    caFile,
    credentials: { admin, lambda },
    lambda: { endpoint: lambdaEndpoint, roleArn: lambdaRoleArn, functionPrefix: FUNCTION_PREFIX },
  };
}
