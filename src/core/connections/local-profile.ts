import { LOCAL_REGION } from '../../protocol/local-cluster';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from './connection-profile';

/** The embedded local cluster as a profile: always there, admin, for development. */
export function localProfile(name: string): ConnectionProfile {
  return {
    id: LOCAL_PROFILE_ID,
    name,
    kind: 'local',
    host: '',
    port: 5432,
    region: LOCAL_REGION,
    user: 'admin',
    readOnly: false,
    environment: 'development',
  };
}
