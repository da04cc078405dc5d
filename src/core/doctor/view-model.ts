import type { DoctorCheckView, DoctorViewState } from '../../protocol/doctor-view';
import type { ConnectionProfile } from '../connections/connection-profile';
import type { DoctorFinding } from './contract';
import { CHECK_ORDER, CHECK_TITLES } from './examine';
import { conclusion } from './report';

/** The state of the doctor's view: findings so far, the check under way, and those to come. */
export function doctorViewState(
  profile: ConnectionProfile,
  findings: readonly DoctorFinding[],
  running: boolean,
): DoctorViewState {
  const { id: profileId, name, user, host, port, kind } = profile;
  return {
    profileId,
    profile: name,
    detail: kind === 'local' ? user : `${user} at ${host}${port === 5432 ? '' : `:${port}`}`,
    running,
    conclusion: running || findings.length === 0 ? undefined : conclusion(findings),
    healthy: !findings.some(({ status }) => status === 'failed'),
    checks: CHECK_ORDER.map((id, index): DoctorCheckView => {
      const finding = findings[index];
      const title = CHECK_TITLES[id];
      if (!finding)
        return { id, title, status: running && index === findings.length ? 'running' : 'pending', fixes: [] };
      const { status, observed, server, fixes } = finding;
      return { id, title, status, observed, server, fixes };
    }),
  };
}
