import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import { profileCredentials } from '../connections/credentials';
import { localAddress } from './local-source';
import type { SqlAddress, SqlSource } from './target';

/** What a session of a profile asks its owner. */
export interface ProfileHost {
  /** The profile as it is now; undefined when it was removed. */
  profile(): ConnectionProfile | undefined;
  /** The running local cluster; may start it, may reject with `NOT_RUNNING`. Only asked for profiles of kind `local`. */
  localCluster(signal: AbortSignal | undefined): Promise<LocalClusterInfo>;
  /** The local cluster's address as far as it is known without asking: changes make open connections stale. */
  localIdentity(): string;
}

/** The source of a profile's sessions. */
export function profileSource(profileId: string, host: ProfileHost): SqlSource {
  return {
    profileId,
    identity: () => {
      const profile = host.profile();
      if (!profile) return undefined;
      const { kind, user, region, awsProfile, caFile, port, hostaddr } = profile;
      if (kind === 'local') return JSON.stringify([kind, user, host.localIdentity()]);
      return JSON.stringify([kind, profile.host, port, user, region, awsProfile, caFile, hostaddr]);
    },
    mode: () => {
      const profile = host.profile();
      return { readOnly: profile?.readOnly ?? false, schema: profile?.schema };
    },
    locate: async (fresh, signal) => {
      const profile = host.profile();
      if (!profile) throw new Error('the profile is gone');
      if (profile.kind === 'local') return localAddress(profile, await host.localCluster(signal));
      return awsAddress(profile, fresh);
    },
  };
}

/** Where a profile of kind `aws` leads. Nothing is sent; the keys are asked for when a token is minted. */
function awsAddress(profile: ConnectionProfile, fresh = false): SqlAddress {
  const { id: profileId, name: profileName, kind, host, hostaddr, port, region, user, awsProfile, caFile } = profile;
  const credentials = profileCredentials(awsProfile, region, fresh);
  return { profileId, profileName, kind, host, hostaddr, port, region, user, awsProfile, caFile, credentials };
}
