import { CHECK_ORDER, CHECK_TITLES } from '../../src/core/doctor/examine';
import { doctorViewState } from '../../src/core/doctor/view-model';
import { diagnoseRefusal } from '../../src/core/doctor/server-errors';
import type { ConnectionProfile } from '../../src/core/connections/connection-profile';
import type { DoctorFinding, DoctorSubject } from '../../src/core/doctor/contract';

export const HOSTILE = '<img src=x onerror="document.title=`owned`">';

export const profile: ConnectionProfile = {
  id: 'bank',
  name: `Bank ${HOSTILE}`,
  kind: 'aws',
  host: 'abcdefghijklmnopqrstuvwxyz.dsql.us-east-1.on.aws',
  port: 5432,
  region: 'us-east-1',
  user: 'myapp',
  readOnly: false,
  environment: 'production',
};
const subject: DoctorSubject = { ...profile, kind: 'aws' };

/** The first checks hold, then the connection is refused. */
export const findings: DoctorFinding[] = CHECK_ORDER.slice(0, 9).map(check => ({
  check,
  status: check === 'clock' ? 'skipped' : 'ok',
  observed: `${CHECK_TITLES[check]} seen.`,
  fixes: [],
  durationMs: 1,
}));
findings[8] = {
  check: 'connect',
  status: 'failed',
  durationMs: 1,
  ...diagnoseRefusal(
    { message: 'unable to accept connection, access denied', sqlstate: '08006', hint: HOSTILE },
    { subject, arn: 'arn:aws:iam::123456789012:role/app' },
  ),
};
export const finished = doctorViewState(
  profile,
  [
    ...findings,
    ...CHECK_ORDER.slice(9).map((check): DoctorFinding => ({
      check,
      status: 'skipped',
      observed: 'Not examined.',
      fixes: [],
      durationMs: 0,
    })),
  ],
  false,
);
