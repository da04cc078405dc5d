import { CodedError } from '../../base/errors';
import { FUNCTION_PREFIX } from '../lambda/names';
import { addressOf, EntryReader } from './entry-reader';
import { isRoleArn, ROLE_ARN_HINT } from './role-arn';

/** A named target of the configuration file. */
export interface TargetProfile {
  name: string;
  host: string;
  region: string;
  /** Of the shared AWS configuration; the SDK's default chain when undefined. */
  awsProfile?: string;
  /** Execution role for functions, and whom the chapters grant `myapp` to. */
  lambdaRoleArn: string;
  functionPrefix: string;
  /** The user's own role may assume the Lambda's: needed only to connect as it. */
  assumeLambdaRole: boolean;
  /** 5432 unless an endpoint of one's own stands in for AWS. */
  port: number;
  /** IP address that connections go to in place of the host's own, as libpq's `hostaddr`: a tunnel's end. The name is still what is verified. */
  hostaddr?: string;
  caFile?: string;
  lambdaEndpoint?: string;
}

const KEYS = [
  'endpoint',
  'region',
  'awsProfile',
  'lambdaRoleArn',
  'functionPrefix',
  'assumeLambdaRole',
  'port',
  'hostaddr',
  'caFile',
  'lambdaEndpoint',
];

/**
 * Reads the profile `name` of a configuration file: `{ "targets": { "<name>": { "endpoint": "…", "lambdaRoleArn": "…" } } }`.
 * @param file shown in errors.
 * @throws CodedError `TARGET_UNKNOWN`, `TARGETS_MALFORMED`, or an endpoint's error.
 */
export function readProfile(text: string, name: string, file: string): TargetProfile {
  const targets = readTargets(text, file);
  const entry = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (entry === undefined) {
    const known = ['local', ...Object.keys(targets)].join(', ');
    throw new CodedError('TARGET_UNKNOWN', `there is no target "${name}" in ${file}`, {
      nextStep: `Known targets: ${known}.`,
    });
  }
  const wrong = (problem: string, nextStep: string): CodedError =>
    new CodedError('TARGETS_MALFORMED', `${file}: target "${name}": ${problem}`, { nextStep });
  const fields = new EntryReader(
    entry,
    KEYS,
    (_, problem, nextStep) => wrong(problem, nextStep),
    'Give it at least "endpoint" and "lambdaRoleArn".',
  );
  const endpoint = fields.text('endpoint');
  if (!endpoint) throw wrong('"endpoint" is missing', "Copy the cluster's endpoint from the console.");
  const lambdaRoleArn = fields.text('lambdaRoleArn');
  if (!lambdaRoleArn || !isRoleArn(lambdaRoleArn))
    throw wrong('"lambdaRoleArn" is not the ARN of a role', ROLE_ARN_HINT);
  const caFile = fields.text('caFile');
  const address = addressOf(endpoint, fields.text('region'), caFile);
  return {
    name,
    host: address.host,
    region: address.region,
    awsProfile: fields.text('awsProfile'),
    lambdaRoleArn,
    functionPrefix: fields.text('functionPrefix') ?? FUNCTION_PREFIX,
    assumeLambdaRole: fields.flag('assumeLambdaRole'),
    port: fields.port('port'),
    hostaddr: fields.address('hostaddr'),
    caFile,
    lambdaEndpoint: fields.text('lambdaEndpoint'),
  };
}

/** The fields of a profile that can lead its tokens, or its calls of Lambda, elsewhere than to AWS. With `hostaddr` alone the host's name is verified. */
export const standInFields = (profile: TargetProfile): (keyof TargetProfile)[] =>
  (['caFile', 'lambdaEndpoint'] as const).filter(field => profile[field] !== undefined);

function readTargets(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CodedError('TARGETS_MALFORMED', `${file} is not JSON: ${(error as Error).message}`, {
      nextStep: 'Correct the file; it holds { "targets": { "<name>": { … } } }.',
    });
  }
  const targets = (value as { targets?: unknown } | null)?.targets;
  if (typeof targets === 'object' && targets !== null) return targets as Record<string, unknown>;
  throw new CodedError('TARGETS_MALFORMED', `${file} has no "targets"`, {
    nextStep: 'It holds { "targets": { "<name>": { "endpoint": "…", "lambdaRoleArn": "…" } } }.',
  });
}
