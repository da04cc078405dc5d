import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { CodedError } from '../base/errors';
import type { RunAs } from '../core/chapters/contract';
import { keysOf, type Target } from './target';

/** The built-in user: only it needs the action DbConnectAdmin. */
export const ADMIN_USER = 'admin';

/**
 * A fresh authentication token: the password for one connection as `user`. Signed here, no request is sent.
 * @param expiresInSeconds up to 604,800; the service's default is 900.
 * @throws CodedError `IDENTITY_UNAVAILABLE`, `CREDENTIALS_UNAVAILABLE`.
 */
export async function mintToken(target: Target, as: RunAs, user: string, expiresInSeconds = 900): Promise<string> {
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
  const signer = new DsqlSigner({
    hostname: target.endpoint,
    region: target.region,
    credentials,
    expiresIn: expiresInSeconds,
  });
  try {
    return user === ADMIN_USER ? await signer.getDbConnectAdminAuthToken() : await signer.getDbConnectAuthToken();
  } catch (error) {
    throw new CodedError(
      'CREDENTIALS_UNAVAILABLE',
      `no AWS credentials for "${target.name}": ${(error as Error).message}`,
      {
        cause: error,
        nextStep: 'Sign in (aws sso login, or aws configure) with the profile the target names, then try again.',
      },
    );
  }
}
