import type { LocalClusterInfo } from '../../protocol/local-cluster';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { localTarget } from '../target-local';
import type { SqlAddress } from './target';

/** Where a profile of kind `local` leads: the running cluster, as its admin principal. */
export function localAddress(profile: ConnectionProfile, info: LocalClusterInfo): SqlAddress {
  const target = localTarget(info);
  return {
    profileId: profile.id,
    profileName: profile.name,
    kind: 'local',
    host: target.endpoint,
    port: target.port,
    region: target.region,
    user: profile.user,
    caFile: target.caFile,
    credentials: target.credentials.admin,
  };
}
