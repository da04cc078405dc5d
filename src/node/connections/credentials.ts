import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { controlRequests } from '../aws-requests';
import type { KeyProvider } from '../target';
import { requireAwsProfile } from './aws-profiles';

const chains = new Map<string, KeyProvider>();

/**
 * Keys by the SDK's provider chain: environment, SSO, shared files, assumed roles, process, container, instance. The chain of a profile is
 * kept, so that an assumed role is not assumed for each connection; it renews what is about to expire.
 * @param awsProfile of the shared configuration; the default chain when undefined.
 * @param fresh forgets what was kept: the keys did not serve.
 */
export function profileCredentials(awsProfile: string | undefined, region: string, fresh = false): KeyProvider {
  const key = JSON.stringify([awsProfile ?? { fromEnvironment: process.env.AWS_PROFILE }, region]);
  const known = fresh ? undefined : chains.get(key);
  if (known) return known;
  const chain = fromNodeProviderChain({
    profile: awsProfile,
    clientConfig: { region, requestHandler: controlRequests() },
    ignoreCache: fresh,
  });
  let found = false;
  const provider: KeyProvider = async () => {
    if (!found) await requireAwsProfile(awsProfile);
    found = true;
    return chain();
  };
  chains.set(key, provider);
  return provider;
}

/** Keys are renewed so long before they expire. */
const RENEW_MS = 5 * 60_000;

/** Keys of the functions' execution role, assumed with the caller's own; kept while they are good, so that STS is not asked for each connection. */
export function assumedRole(own: KeyProvider, roleArn: string, region: string): KeyProvider {
  const assume = fromTemporaryCredentials({
    masterCredentials: own,
    params: { RoleArn: roleArn, RoleSessionName: 'dsql-workshop' },
    clientConfig: { region, requestHandler: controlRequests() },
  });
  let kept: ReturnType<typeof assume> | undefined;
  let goodUntilMs = 0;
  return async () => {
    if (kept === undefined || Date.now() > goodUntilMs) {
      goodUntilMs = Infinity;
      kept = assume();
    }
    const asked = kept;
    try {
      const keys = await asked;
      goodUntilMs = (keys.expiration?.getTime() ?? Infinity) - RENEW_MS;
      return keys;
    } catch (error) {
      if (kept === asked) kept = undefined;
      throw error;
    }
  };
}
