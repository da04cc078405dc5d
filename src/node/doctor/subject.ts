import type { DoctorSubject } from '../../core/doctor/contract';
import type { ClusterTarget } from '../target';

/** A target and a user as the doctor's patient. */
export function doctorSubject(
  target: ClusterTarget,
  user: string,
  more: Pick<DoctorSubject, 'awsProfile' | 'schema'> = {},
): DoctorSubject {
  const { name, kind, endpoint, port, hostaddr, region, caFile } = target;
  return { name, kind, host: endpoint, port, hostaddr, region, user, caFile, ...more };
}
