import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import { CodedError } from '../../base/errors';

/** A profile of the shared AWS configuration, for a list to choose from. No keys. */
export interface AwsProfileSummary {
  name: string;
  region?: string;
  /** Where its credentials come from. */
  source: 'sso' | 'assume-role' | 'web-identity' | 'process' | 'keys' | 'login' | 'other';
  /** Account number, where the configuration names one. */
  account?: string;
}

/**
 * The profiles of `~/.aws/config` and `~/.aws/credentials` (or where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say), `default` first.
 * Files that are missing count as empty. Rejects with `AWS_CONFIG_UNREADABLE`.
 */
export async function listAwsProfiles(): Promise<AwsProfileSummary[]> {
  let files: Awaited<ReturnType<typeof loadSharedConfigFiles>>;
  try {
    files = await loadSharedConfigFiles({ ignoreCache: true });
  } catch (error) {
    throw new CodedError('AWS_CONFIG_UNREADABLE', `the AWS configuration cannot be read: ${(error as Error).message}`, {
      cause: error,
      nextStep: 'Correct ~/.aws/config, or name the profile yourself.',
    });
  }
  const { configFile, credentialsFile } = files;
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  return [...names]
    .filter(name => !name.includes('.') || !/^(sso-session|services)\./.test(name))
    .sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
    .map(name => summary(name, { ...configFile[name], ...credentialsFile[name] }));
}

function summary(name: string, fields: Record<string, string | undefined>): AwsProfileSummary {
  const account = fields.sso_account_id ?? /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(fields.role_arn ?? '')?.[1];
  return {
    name,
    source: sourceOf(fields),
    ...(fields.region && { region: fields.region }),
    ...(account && { account }),
  };
}

function sourceOf(fields: Record<string, string | undefined>): AwsProfileSummary['source'] {
  if (fields.web_identity_token_file) return 'web-identity';
  if (fields.role_arn) return 'assume-role';
  if (fields.sso_session || fields.sso_start_url) return 'sso';
  if (fields.login_session) return 'login';
  if (fields.credential_process) return 'process';
  return fields.aws_access_key_id ? 'keys' : 'other';
}
