import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { KeyProvider } from '../target';

const chains = new Map<string, KeyProvider>();

/**
 * Keys by the SDK's provider chain: environment, SSO, shared files, assumed roles, process, container, instance. The chain of a profile is
 * kept, so that an assumed role is not assumed for each connection; it renews what is about to expire.
 * @param awsProfile of the shared configuration; the default chain when undefined.
 * @param fresh forgets what was kept: the keys did not serve.
 */
export function profileCredentials(awsProfile: string | undefined, region: string, fresh = false): KeyProvider {
  const key = JSON.stringify([awsProfile ?? null, region]);
  const known = fresh ? undefined : chains.get(key);
  if (known) return known;
  const chain = fromNodeProviderChain({ profile: awsProfile, clientConfig: { region }, ignoreCache: fresh });
  const provider: KeyProvider = () => chain();
  chains.set(key, provider);
  return provider;
}
