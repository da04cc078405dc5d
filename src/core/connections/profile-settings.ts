import { CodedError } from '../../base/errors';
import { LOCAL_PROFILE_ID, type ConnectionProfile, type ProfileEnvironment } from './connection-profile';
import { addressOf, EntryReader } from './entry-reader';
import { isRoleArn, ROLE_ARN_HINT } from './role-arn';

/** Name of the setting, for errors. */
export const CONNECTIONS_SETTING = 'dsqlWorkshop.connections';

/** What a profile may be for; writes to `production` are asked for. */
export const PROFILE_ENVIRONMENTS: readonly ProfileEnvironment[] = ['development', 'test', 'production'];

/** One entry of the setting, as people write it. */
export interface ConnectionEntry {
  /** Keeps what belongs to the connection when it is renamed. */
  id?: string;
  name: string;
  /** Endpoint, or cluster id with `region`. */
  endpoint: string;
  region?: string;
  /** Default `admin`. */
  user?: string;
  awsProfile?: string;
  schema?: string;
  readOnly?: boolean;
  environment?: ProfileEnvironment;
  port?: number;
  /** IP address to connect to in place of the endpoint's own. */
  hostaddr?: string;
  caFile?: string;
  /** Execution role of the chapters' Lambda functions. */
  lambdaRoleArn?: string;
  /** Default false. */
  assumeLambdaRole?: boolean;
  lambdaEndpoint?: string;
}

const KEYS: (keyof ConnectionEntry)[] = [
  'id',
  'name',
  'endpoint',
  'region',
  'user',
  'awsProfile',
  'schema',
  'readOnly',
  'environment',
  'port',
  'hostaddr',
  'caFile',
  'lambdaRoleArn',
  'assumeLambdaRole',
  'lambdaEndpoint',
];
/** Fields that people try, and that would put a secret into the settings. */
const SECRETS = /pass(word|wd)?|token|secret|access.?key/i;
const NAME_LIMIT = 63;

/** What the setting holds: the profiles that are in order, and an error for each entry that is not. */
export interface ReadProfiles {
  profiles: ConnectionProfile[];
  problems: CodedError[];
}

/**
 * Reads the setting. An entry that is wrong does not hide the others; its error `CONNECTION_MALFORMED` names entry and field, also in
 * `details` (`index`, `field`).
 * @param known profiles of other settings files, whose names and ids are taken.
 * @param where the setting's name in errors.
 */
export function readConnectionProfiles(
  value: unknown,
  known: readonly ConnectionProfile[] = [],
  where = CONNECTIONS_SETTING,
): ReadProfiles {
  if (value === undefined || value === null) return { profiles: [], problems: [] };
  if (!Array.isArray(value)) {
    const problem = new CodedError('CONNECTION_MALFORMED', `${where} is not a list`, {
      nextStep: 'It holds a list of objects: [{ "name": "…", "endpoint": "…" }].',
      details: {},
    });
    return { profiles: [], problems: [problem] };
  }
  const profiles: ConnectionProfile[] = [];
  const problems: CodedError[] = [];
  value.forEach((entry: unknown, index) => {
    try {
      profiles.push(readEntry(entry, `${where}[${index}]`, index, [...known, ...profiles]));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      problems.push(error);
    }
  });
  return { profiles, problems };
}

function readEntry(entry: unknown, place: string, index: number, before: ConnectionProfile[]): ConnectionProfile {
  const written = typeof entry === 'object' && entry !== null ? (entry as { name?: unknown }).name : undefined;
  const title = typeof written === 'string' && written !== '' ? ` ("${written.slice(0, NAME_LIMIT)}")` : '';
  const wrong = (field: string | undefined, problem: string, nextStep: string): CodedError => {
    const secret = field !== undefined && SECRETS.test(field);
    return new CodedError('CONNECTION_MALFORMED', `${place}${title}: ${problem}`, {
      nextStep: secret
        ? 'Remove it: a token is made for each connection from your AWS credentials, and no secret belongs into settings.'
        : nextStep,
      details: { index, ...(field !== undefined && { field }) },
    });
  };
  const fields = new EntryReader(entry, KEYS, wrong, 'Give it at least "name" and "endpoint".');
  const name = fields.text('name')?.trim();
  if (!name) throw wrong('name', '"name" is missing', 'Give each connection a name of its own.');
  if (before.some(profile => profile.name === name))
    throw wrong('name', `another connection is called "${name}" too`, 'Give each connection a name of its own.');
  const id = fields.text('id') ?? `name:${name}`;
  if (id === LOCAL_PROFILE_ID || before.some(profile => profile.id === id))
    throw wrong('id', `the id "${id}" is taken`, 'Remove "id", or write another one.');
  const endpoint = fields.text('endpoint');
  if (!endpoint) throw wrong('endpoint', '"endpoint" is missing', "Copy the cluster's endpoint from the console.");
  const caFile = fields.text('caFile');
  const lambdaRoleArn = fields.text('lambdaRoleArn');
  if (lambdaRoleArn !== undefined && !isRoleArn(lambdaRoleArn))
    throw wrong('lambdaRoleArn', '"lambdaRoleArn" is not the ARN of a role', ROLE_ARN_HINT);
  const assumeLambdaRole = fields.flag('assumeLambdaRole');
  if (assumeLambdaRole && lambdaRoleArn === undefined)
    throw wrong('assumeLambdaRole', '"assumeLambdaRole" without a role', 'Give "lambdaRoleArn", the role to assume.');
  const { host, region } = address(endpoint, fields.text('region'), caFile, wrong);
  return withoutUndefined({
    id,
    name,
    kind: 'aws',
    host,
    port: fields.port('port'),
    hostaddr: fields.address('hostaddr'),
    region,
    user: fields.text('user') ?? 'admin',
    awsProfile: fields.text('awsProfile'),
    schema: fields.text('schema'),
    readOnly: fields.flag('readOnly'),
    environment: fields.oneOf('environment', PROFILE_ENVIRONMENTS, 'development'),
    caFile,
    lambdaRoleArn,
    assumeLambdaRole: assumeLambdaRole || undefined,
    lambdaEndpoint: fields.text('lambdaEndpoint'),
  });
}

function address(
  endpoint: string,
  region: string | undefined,
  caFile: string | undefined,
  wrong: (field: string, problem: string, nextStep: string) => CodedError,
): { host: string; region: string } {
  try {
    return addressOf(endpoint, region, caFile);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const field = error.code === 'ENDPOINT_MALFORMED' ? 'endpoint' : 'region';
    throw wrong(field, error.message, error.nextStep ?? '');
  }
}

/** The entry to write for a profile: only what differs from the defaults. Reading it gives the same profile. */
export function connectionEntry(profile: ConnectionProfile): ConnectionEntry {
  const { id, name, host, region, user, awsProfile, schema, readOnly, environment, port, caFile } = profile;
  const { hostaddr, lambdaRoleArn, assumeLambdaRole, lambdaEndpoint } = profile;
  return withoutUndefined({
    id: id === `name:${name}` ? undefined : id,
    name,
    endpoint: host,
    region: caFile === undefined ? undefined : region,
    user: user === 'admin' ? undefined : user,
    awsProfile,
    schema,
    readOnly: readOnly || undefined,
    environment: environment === 'development' ? undefined : environment,
    port: port === 5432 ? undefined : port,
    hostaddr,
    caFile,
    lambdaRoleArn,
    assumeLambdaRole,
    lambdaEndpoint,
  });
}

/** The setting's entries with the profile's: written over its former one, or put after all others, which stay as they are. */
export function withProfile(entries: readonly unknown[], profile: ConnectionProfile): unknown[] {
  const entry = connectionEntry(profile);
  const known = entries.some(other => entryId(other) === profile.id);
  return known ? entries.map(other => (entryId(other) === profile.id ? entry : other)) : [...entries, entry];
}

/** A name like the wanted one that no profile has yet: `orders`, `orders 2`. */
export function freeName(wanted: string, profiles: readonly ConnectionProfile[]): string {
  const taken = new Set(profiles.map(profile => profile.name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(name)) return name;
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** The id that an entry has, in order or not; undefined where it has no name. */
export function entryId(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { id, name } = entry as { id?: unknown; name?: unknown };
  if (typeof id === 'string' && id !== '') return id;
  return typeof name === 'string' ? `name:${name.trim()}` : undefined;
}
