import { CodedError } from '../base/errors';
import type { RunAs } from '../core/chapters/contract';
import { mintConnectionToken } from './connections/token';
import { keysOf, type ClusterTarget } from './target';

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
  expiresInSeconds = 900,
): Promise<string> {
  const credentials = keysOf(target, as);
  if (!credentials) {
    throw new CodedError(
      'IDENTITY_UNAVAILABLE',
      `the target "${target.name}" has no credentials of the Lambda's role`,
      {
        nextStep: 'Set "assumeLambdaRole": true in the profile if your own role may assume it.',
      },
    );
  }
  const { endpoint: hostname, region, name: targetName } = target;
  return mintConnectionToken({ hostname, region, user, credentials, expiresInSeconds, targetName });
}
