import { loadSharedConfigFiles } from '@smithy/shared-ini-file-loader';
import { CodedError } from '../../base/errors';
import { shellWord } from '../../core/connections/shell-word';

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

/** So many profiles are named in a text: where sign-in is generated there are hundreds. */
const NAMED_PROFILES = 20;

/**
 * Makes sure that a profile is there, as the AWS CLI does: of one that is not the SDK says nothing, and goes on to the keys of the machine.
 * @param name AWS_PROFILE when undefined; nothing is looked up where that is not set, nor for `default`, which needs no configuration
 * @throws CodedError `AWS_PROFILE_UNKNOWN`, `AWS_CONFIG_UNREADABLE`
 */
export async function requireAwsProfile(name?: string): Promise<void> {
  const wanted = name ?? process.env.AWS_PROFILE;
  if (!wanted || wanted === 'default') return;
  const known = (await listAwsProfiles()).map(profile => profile.name);
  if (known.includes(wanted)) return;
  const whence = name === undefined ? ', which AWS_PROFILE names' : '';
  const more = known.length > NAMED_PROFILES ? ` and ${known.length - NAMED_PROFILES} more` : '';
  const there = known.length === 0 ? 'there is none' : `there are ${known.slice(0, NAMED_PROFILES).join(', ')}${more}`;
  throw new CodedError('AWS_PROFILE_UNKNOWN', `there is no AWS profile "${wanted}"${whence}: ${there}`, {
    nextStep: `Name one that is there, or make it: aws configure --profile ${shellWord(wanted)}`,
  });
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
