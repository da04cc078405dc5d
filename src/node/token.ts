import { CodedError } from '../base/errors';
import type { RunAs } from '../core/sql/database-port';
import { mintConnectionToken } from './connections/token';
import { keysOf, type ClusterTarget, type KeyProvider } from './target';

export { ADMIN_USER } from './connections/token';

/**
 * A fresh authentication token: the password for one connection as `user`. Signed here, no request is sent.
 * @param expiresInSeconds up to 604,800; the service's default is 900.
 * @throws CodedError `IDENTITY_UNAVAILABLE`, `CREDENTIALS_UNAVAILABLE`.
 */
export async function mintToken(
  target: ClusterTarget,
  as: RunAs,
  user: string,
  expiresInSeconds?: number,
): Promise<string> {
  const { endpoint: hostname, region, name: targetName } = target;
  const credentials = credentialsOf(target, as);
  return mintConnectionToken({ hostname, region, user, credentials, expiresInSeconds, targetName });
}

/** The keys of an identity. @throws CodedError `IDENTITY_UNAVAILABLE` where the target has none for it */
export function credentialsOf(target: ClusterTarget, as: RunAs): KeyProvider {
  const credentials = keysOf(target, as);
  if (!credentials)
    throw new CodedError(
      'IDENTITY_UNAVAILABLE',
      `${target.name} has no credentials of the functions' execution role, as which this is to connect`,
      {
        nextStep:
          'Set "assumeLambdaRole": true for it, in the setting dsqlWorkshop.connections or in the file of targets. Your own identity must be allowed sts:AssumeRole on that role, and the role\'s trust policy must name your identity.',
      },
    );
  return credentials;
}
