import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { CodedError } from '../../base/errors';
import { profileOption } from '../../core/connections/shell-word';
import type { KeyProvider } from '../target';

/** The built-in user: only it needs the action DbConnectAdmin. */
export const ADMIN_USER = 'admin';

/** What a token is made for. */
export interface TokenRequest {
  /** Host name of the cluster: a token opens no other. */
  hostname: string;
  region: string;
  /** Database user; decides the action. */
  user: string;
  credentials: KeyProvider;
  /** Up to 604,800; the service's default is 900. */
  expiresInSeconds?: number;
  /** Named in errors. */
  targetName: string;
  /** Named in errors; the SDK's default chain when undefined. */
  awsProfile?: string;
}

/**
 * A fresh authentication token: the password for one connection. Signed here, no request is sent but for the credentials.
 * @throws CodedError `CREDENTIALS_UNAVAILABLE`.
 */
export async function mintConnectionToken(request: TokenRequest): Promise<string> {
  const { hostname, region, credentials, expiresInSeconds = 900, targetName, awsProfile } = request;
  const signer = new DsqlSigner({ hostname, region, credentials, expiresIn: expiresInSeconds });
  try {
    return request.user === ADMIN_USER
      ? await signer.getDbConnectAdminAuthToken()
      : await signer.getDbConnectAuthToken();
  } catch (error) {
    const whose = awsProfile === undefined ? '' : ` (AWS profile ${awsProfile})`;
    const option = profileOption(request);
    throw new CodedError(
      'CREDENTIALS_UNAVAILABLE',
      `no AWS credentials for "${targetName}"${whose}: ${(error as Error).message}`,
      {
        cause: error,
        nextStep:
          error instanceof CodedError
            ? error.nextStep
            : `Sign in (aws sso login${option}, or aws configure${option}), then try again.`,
      },
    );
  }
}
