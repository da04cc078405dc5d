import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { DoctorFinding } from '../../core/doctor/contract';
import { examine } from '../../core/doctor/examine';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import { profileCredentials } from '../connections/credentials';
import type { ClusterTarget } from '../target';
import { localTarget } from '../target-local';
import { createDoctorPorts } from './ports';
import { doctorSubject } from './subject';

/**
 * Examines the way to a profile's cluster, finding by finding. Credentials are read anew: an examination must not see what was kept.
 * @param localCluster the running local cluster; asked only for the local profile.
 */
export async function* examineProfile(
  profile: ConnectionProfile,
  localCluster: () => Promise<LocalClusterInfo>,
  signal: AbortSignal,
): AsyncGenerator<DoctorFinding> {
  const { name, user, awsProfile, schema } = profile;
  const target: ClusterTarget =
    profile.kind === 'local' ? { ...localTarget(await localCluster()), name } : awsTarget(profile);
  const subject = doctorSubject(target, user, { awsProfile, schema });
  yield* examine(subject, createDoctorPorts({ target, subject }), { signal });
}

function awsTarget({ name, region, host, hostaddr, port, caFile, awsProfile }: ConnectionProfile): ClusterTarget {
  const admin = profileCredentials(awsProfile, region, true);
  return { name, kind: 'aws', region, endpoint: host, hostaddr, port, caFile, credentials: { admin } };
}
