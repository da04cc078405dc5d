import type { SqlSession } from '../../core/sql/contract';
import { createSqlSession } from '../sql/session';
import type { SqlSource } from '../sql/target';
import type { ClusterTarget } from '../target';

/** Sessions on a target, as admin; nothing is connected before a session's first statement. */
export function targetSessions(target: ClusterTarget): () => Promise<SqlSession> {
  const { name: profileName, kind, endpoint: host, hostaddr, port, region, caFile, credentials } = target;
  const address = { profileId: profileName, profileName, kind, host, hostaddr, port, region, user: 'admin', caFile };
  const source: SqlSource = {
    profileId: profileName,
    identity: () => profileName,
    mode: () => ({ readOnly: false }),
    locate: () => Promise.resolve({ ...address, credentials: credentials.admin }),
  };
  return () => Promise.resolve(createSqlSession(source));
}
