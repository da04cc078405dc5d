import { CodedError } from '../../base/errors';
import { tunnelRemedy } from '../connections/connection-failure';
import { parseEndpoint } from '../connections/endpoint';
import type {
  CredentialFacts,
  DoctorCheckId,
  DoctorFinding,
  DoctorFix,
  DoctorPorts,
  DoctorSubject,
  IdentityFacts,
} from './contract';
import { iamRoleArn } from '../connections/iam-role-arn';
import { profileOption } from '../connections/shell-word';
import { sqlName } from '../dialect/names';
import { diagnoseRefusal, type ServerRefusal } from './server-errors';

/** Titles of the checks, for people. */
export const CHECK_TITLES: Readonly<Record<DoctorCheckId, string>> = {
  endpoint: 'Endpoint and Region',
  dns: 'Host name',
  network: 'Network',
  tls: 'TLS',
  credentials: 'AWS credentials',
  identity: 'Identity',
  clock: 'Clock',
  token: 'Token',
  connect: 'Connection',
  role: 'Database role',
  session: 'Session',
};

/** The checks in the order in which they are made and shown. */
export const CHECK_ORDER = Object.keys(CHECK_TITLES) as DoctorCheckId[];

/** A token dies with the credentials that signed it: sooner than this is worth a warning. */
const SOON_MS = 15 * 60_000;
/** The service takes signatures that are up to five minutes off. */
const CLOCK_SKEW_MS = 5 * 60_000;
const CERTIFICATE_SOON_MS = 14 * 24 * 3_600_000;

type Verdict = Omit<DoctorFinding, 'check' | 'durationMs'>;

const ok = (observed: string): Verdict => ({ status: 'ok', observed, fixes: [] });
const skipped = (observed: string): Verdict => ({ status: 'skipped', observed, fixes: [] });
const warning = (observed: string, ...fixes: DoctorFix[]): Verdict => ({ status: 'warning', observed, fixes });
const failed = (observed: string, ...fixes: DoctorFix[]): Verdict => ({ status: 'failed', observed, fixes });

export interface ExamineOptions {
  /** Cuts the examination off: the checks not yet made are skipped. */
  signal?: AbortSignal;
  /** For each check by itself. */
  timeoutMs?: number;
  now?: () => number;
}

/** What the checks learn from each other. */
interface Known {
  credentials?: CredentialFacts;
  identity?: IdentityFacts;
  role?: Awaited<ReturnType<DoctorPorts['look']>>;
}

/**
 * Makes the checks in order and yields each finding as it is known. Network and credentials are independent of each other: both are
 * examined even when one fails. Never rejects.
 */
export async function* examine(
  subject: DoctorSubject,
  ports: DoctorPorts,
  { signal, timeoutMs = 10_000, now = Date.now }: ExamineOptions = {},
): AsyncGenerator<DoctorFinding> {
  const known: Known = {};
  const failures = new Set<DoctorCheckId>();
  for (const check of CHECK_ORDER) {
    const startedAt = now();
    const blockedBy = NEEDS[check].find(need => failures.has(need));
    let verdict: Verdict;
    if (signal?.aborted) verdict = skipped('Cancelled.');
    else if (blockedBy) verdict = skipped(`Not examined: "${CHECK_TITLES[blockedBy]}" comes first.`);
    else verdict = await judge(check, { subject, ports, known, now, timeoutMs, signal });
    if (verdict.status === 'failed' || (blockedBy && verdict.status === 'skipped')) failures.add(check);
    yield { check, ...verdict, durationMs: now() - startedAt };
  }
}

/** What must not have failed for a check to make sense. */
const NEEDS: Readonly<Record<DoctorCheckId, readonly DoctorCheckId[]>> = {
  endpoint: [],
  dns: ['endpoint'],
  network: ['dns'],
  tls: ['network'],
  credentials: [],
  identity: ['credentials'],
  clock: ['credentials'],
  token: ['credentials', 'endpoint'],
  connect: ['tls', 'token'],
  role: ['connect'],
  session: ['connect'],
};

interface Examination {
  subject: DoctorSubject;
  ports: DoctorPorts;
  known: Known;
  now: () => number;
  timeoutMs: number;
  signal?: AbortSignal;
}

async function judge(check: DoctorCheckId, examination: Examination): Promise<Verdict> {
  const timeout = AbortSignal.timeout(examination.timeoutMs);
  const signal = examination.signal ? AbortSignal.any([examination.signal, timeout]) : timeout;
  try {
    return await CHECKS[check](examination, signal);
  } catch (error) {
    if (examination.signal?.aborted) return skipped('Cancelled.');
    if (timeout.aborted) return TIMED_OUT[check](examination);
    return FAILURES[check](error, examination);
  }
}

const CHECKS: Readonly<Record<DoctorCheckId, (examination: Examination, signal: AbortSignal) => Promise<Verdict>>> = {
  endpoint: ({ subject }) => Promise.resolve(checkEndpoint(subject)),
  dns: async ({ subject, ports }, signal) => {
    if (subject.hostaddr !== undefined)
      return ok(`Not looked up: connections go to ${subject.hostaddr}, as "hostaddr" says.`);
    const addresses = await ports.resolve(subject.host, signal);
    return ok(`${subject.host} is ${addresses.slice(0, 3).join(', ')}.`);
  },
  network: async ({ subject, ports }, signal) => {
    await ports.reach(subject.hostaddr ?? subject.host, subject.port, signal);
    return ok(`Port ${subject.port} answers.`);
  },
  tls: async ({ subject, ports, now }, signal) => {
    const { protocol, subject: owner, issuer, validTo } = await ports.secure(subject, signal);
    const seen = `${protocol}, certificate of ${owner} by ${issuer}, valid until ${validTo.slice(0, 10)}.`;
    return Date.parse(validTo) - now() < CERTIFICATE_SOON_MS && subject.kind === 'aws'
      ? warning(`${seen} It ends soon.`)
      : ok(seen);
  },
  credentials: async ({ subject, ports, known, now }, signal) => {
    const found = (known.credentials = await ports.credentials(signal));
    const from =
      subject.kind === 'local'
        ? "the local cluster's own"
        : subject.awsProfile
          ? `profile ${subject.awsProfile}`
          : 'default chain';
    const kind = found.temporary ? 'temporary' : 'long-lived';
    const seen = `Found, ${kind} (${from}; access key …${found.accessKeyIdEnd}).`;
    if (found.expiresAtMs === undefined) return ok(seen);
    const leftMs = found.expiresAtMs - now();
    if (leftMs <= 0)
      return failed(`${seen} They expired at ${new Date(found.expiresAtMs).toISOString()}.`, signIn(subject));
    return leftMs < SOON_MS
      ? warning(`${seen} They expire in ${Math.ceil(leftMs / 60_000)} min, and tokens with them.`, signIn(subject))
      : ok(`${seen} Valid until ${new Date(found.expiresAtMs).toISOString()}.`);
  },
  identity: async ({ ports, known }, signal) => {
    const identity = (known.identity = await ports.identity(signal));
    return identity ? ok(`${identity.arn} (account ${identity.account}).`) : skipped('Nobody to ask.');
  },
  clock: ({ known }) => {
    const skewMs = known.identity?.clockSkewMs;
    if (skewMs === undefined) return Promise.resolve(skipped('No time to compare with.'));
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    const seen = `${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the service.`;
    if (seconds < 2) return Promise.resolve(ok('Agrees with the service.'));
    const fix: DoctorFix = { text: 'Set the clock of this machine: tokens are dated by it.', command: 'date -u' };
    if (Math.abs(skewMs) >= CLOCK_SKEW_MS) return Promise.resolve(failed(`This machine is ${seen}`, fix));
    return Promise.resolve(seconds > 60 ? warning(`This machine is ${seen}`, fix) : ok(`This machine is ${seen}`));
  },
  token: async ({ subject, ports }, signal) => {
    const { host, action, expiresSeconds } = await ports.token(signal);
    return ok(`Signed for ${host} as ${subject.user}: ${action}, good for ${expiresSeconds} s to connect.`);
  },
  connect: async ({ subject, ports, known }, signal) => {
    known.role = await ports.look(signal);
    return ok(`Connected as ${subject.user}. ${known.role.version}`);
  },
  role: ({ subject, known: { role } }) => {
    if (!role) return Promise.resolve(skipped('Not known.'));
    if (role.canCreate || role.readableTables > 0)
      return Promise.resolve(
        ok(
          `${role.currentUser} may read ${role.readableTables === 1 ? '1 table' : `${role.readableTables} tables`}${role.canCreate ? ' and create objects' : ''}.`,
        ),
      );
    return Promise.resolve(
      warning(`${role.currentUser} is connected, and may read no table and create nothing.`, {
        text: 'Grant it what it needs, table by table, as admin.',
        sql: `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE accounts TO ${sqlName(subject.user)};`,
      }),
    );
  },
  session: ({ subject, known: { role } }) => {
    if (subject.schema === undefined) return Promise.resolve(ok('The search path is the server’s own.'));
    if (role?.schemaUsable) return Promise.resolve(ok(`The schema ${subject.schema} is there and may be used.`));
    return Promise.resolve(
      failed(`The schema ${subject.schema} does not exist, or ${subject.user} may not use it.`, {
        text: 'Correct the schema of the profile, or make it and grant it, as admin.',
        sql: `CREATE SCHEMA ${sqlName(subject.schema)};\nGRANT USAGE ON SCHEMA ${sqlName(subject.schema)} TO ${sqlName(subject.user)};`,
      }),
    );
  },
};

function checkEndpoint(subject: DoctorSubject): Verdict {
  if (subject.kind === 'local') return ok(`${subject.host}:${subject.port}, the local cluster.`);
  // an authority of one's own: a stand-in, whose name says nothing of a Region
  if (subject.caFile !== undefined)
    return ok(`${subject.host}:${subject.port} with a certificate authority of its own.`);
  try {
    const { clusterId, region } = parseEndpoint(subject.host, subject.region);
    const seen = `${clusterId ? `Cluster ${clusterId}` : 'A private endpoint'} in ${region}, port ${subject.port}.`;
    return subject.port === 5432 ? ok(seen) : warning(seen, { text: 'Aurora DSQL listens on port 5432.' });
  } catch (error) {
    const { message, nextStep } = error as CodedError;
    return failed(`${message}.`, { text: nextStep ?? 'Correct the endpoint of the profile.' });
  }
}

const signIn = (subject: DoctorSubject): DoctorFix => ({
  text: 'Sign in again.',
  command: `aws sso login${profileOption(subject)}`,
});

const NETWORK_FIX: DoctorFix = {
  text: 'Ask whether a firewall, a VPN or a proxy keeps this machine from port 5432; from inside a VPC without Internet access use a PrivateLink endpoint, and through a tunnel give its end as "hostaddr" of the connection.',
};
const networkFix = ({ hostaddr, port }: DoctorSubject): DoctorFix =>
  hostaddr === undefined ? NETWORK_FIX : { text: tunnelRemedy(hostaddr, port) };
const START_LOCAL: DoctorFix = { text: 'Start the local cluster.', command: 'dsql-workshop local' };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type OnFailure = (error: unknown, examination: Examination) => Verdict;

/** STS says so of keys that have ended, were deleted, or never were. */
const NO_GOOD: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
]);

const FAILURES: Readonly<Record<DoctorCheckId, OnFailure>> = {
  endpoint: error => failed(messageOf(error)),
  dns: (error, { subject }) =>
    failed(`The name ${subject.host} is not known: ${messageOf(error)}.`, {
      text: 'Check the endpoint, and that the cluster has not been deleted.',
      command: `aws dsql list-clusters --region ${subject.region}${profileOption(subject)}`,
    }),
  network: (error, { subject }) =>
    failed(
      `Port ${subject.port} of ${subject.hostaddr ?? subject.host} does not answer: ${messageOf(error)}.`,
      subject.kind === 'local' ? START_LOCAL : networkFix(subject),
    ),
  tls: error =>
    failed(`No trusted TLS connection: ${messageOf(error)}.`, {
      text: 'Something between here and the cluster may answer in its place (a proxy that opens TLS). With an authority of your own, name its file in the profile.',
    }),
  credentials: (error, { subject }) => {
    const seen = `No AWS credentials: ${messageOf(error)}.`;
    // what is known to be wrong needs no guess
    if (error instanceof CodedError && error.nextStep !== undefined) return failed(seen, { text: error.nextStep });
    return failed(seen, signIn(subject), {
      text: subject.awsProfile
        ? `See what the profile ${subject.awsProfile} holds.`
        : 'Or name an AWS profile, set AWS_PROFILE, or make a profile.',
      command: subject.awsProfile ? `aws configure list${profileOption(subject)}` : 'aws configure',
    });
  },
  identity: (error, { subject }) =>
    // the way to STS may be closed while the one to the cluster is open
    warning(
      `Whose credentials they are could not be asked: ${messageOf(error)}.`,
      error instanceof Error && NO_GOOD.has(error.name)
        ? signIn(subject)
        : {
            text: 'Ask by hand.',
            command: `aws sts get-caller-identity${profileOption(subject)}`,
          },
    ),
  clock: error => warning(messageOf(error)),
  token: (error, { subject }) => failed(`No token could be made: ${messageOf(error)}.`, signIn(subject)),
  connect: (error, { subject, known }) => {
    const refusal = refusalOf(error);
    if (!refusal) return failed(`The connection failed: ${messageOf(error)}.`, networkFix(subject));
    return {
      status: 'failed',
      ...diagnoseRefusal(refusal, { subject, arn: known.identity && iamRoleArn(known.identity.arn) }),
    };
  },
  role: error => failed(messageOf(error)),
  session: error => failed(messageOf(error)),
};

const slow =
  (what: string, fixFor?: (subject: DoctorSubject) => DoctorFix): ((examination: Examination) => Verdict) =>
  ({ timeoutMs, subject }) =>
    failed(`${what} did not answer within ${timeoutMs / 1000} s.`, ...(fixFor ? [fixFor(subject)] : []));

const TIMED_OUT: Readonly<Record<DoctorCheckId, (examination: Examination) => Verdict>> = {
  endpoint: slow('The check'),
  dns: slow('The name server', () => ({ text: 'Check this machine’s name servers, and its VPN.' })),
  network: slow('The port', networkFix),
  tls: slow('The other side', networkFix),
  credentials: slow('The source of the credentials', () => ({
    text: 'On a machine outside AWS the search for an instance role may hang: name an AWS profile.',
  })),
  identity: ({ timeoutMs }) => warning(`STS did not answer within ${timeoutMs / 1000} s.`),
  clock: slow('The check'),
  token: slow('The signer'),
  connect: slow('The cluster', networkFix),
  role: slow('The cluster'),
  session: slow('The cluster'),
};

/** The server's own refusal in an error, as `src/node` builds them: code `DATABASE` with details. */
function refusalOf(error: unknown): ServerRefusal | undefined {
  if (!(error instanceof CodedError) || error.code !== 'DATABASE') return undefined;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { message: error.message, sqlstate: text(error.details?.sqlstate), hint: text(error.details?.hint) };
}
