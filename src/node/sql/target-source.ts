import type { ConnectionAttempt } from '../../core/connections/connection-failure';
import type { RunAs } from '../../core/sql/database-port';
import type { ClusterTarget } from '../target';
import { credentialsOf } from '../token';
import type { SqlAddress, SqlSource } from './target';

/**
 * The source of sessions on a target, as a database user with an identity's keys. The target stays where it is, and nothing is read-only.
 * @throws CodedError `IDENTITY_UNAVAILABLE` where the target has no keys of the identity.
 */
export function targetSource(target: ClusterTarget, as: RunAs, user: string): SqlSource {
  const credentials = credentialsOf(target, as);
  const { name, caFile } = target;
  const address: SqlAddress = { ...attemptOn(target, as, user), caFile, credentials };
  return {
    profileId: name,
    identity: () => name,
    mode: () => ({ readOnly: false }),
    locate: () => Promise.resolve(address),
  };
}

/** What an attempt to connect to a target means, for what is told where it fails. */
export function attemptOn(target: ClusterTarget, as: RunAs, user: string): ConnectionAttempt {
  const { name: profileName, kind, endpoint: host, hostaddr, port, region, arns } = target;
  return { profileName, kind, host, hostaddr, port, region, user, arn: arns?.[as] };
}
