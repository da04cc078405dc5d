import { iamRoleArn } from '../connections/iam-role-arn';
import { profileOption, shellWord } from '../connections/shell-word';
import { scriptOf, setUpStatements } from '../roles/statements';
import type { DoctorFinding, DoctorFix, DoctorSubject } from './contract';

/** What the server said when it refused a connection. */
export interface ServerRefusal {
  message: string;
  sqlstate?: string;
  hint?: string;
}

export interface RefusalContext {
  subject: DoctorSubject;
  /** ARN of the caller, where known. */
  arn?: string;
}

/** What a refusal means and what helps. Texts and hints: connection errors of DSQL as of 2026-10. */
interface Diagnosis {
  matches(refusal: ServerRefusal): boolean;
  meaning: string;
  fixes(context: RefusalContext, refusal: ServerRefusal): DoctorFix[];
}

const says =
  (part: RegExp) =>
  ({ message, hint }: ServerRefusal): boolean =>
    part.test(hint ?? '') || part.test(message);

const clusterId = ({ host }: DoctorSubject): string => host.split('.')[0] ?? host;

/** First match wins: hints before bare messages. */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    matches: says(/signature expired/i),
    meaning: 'the token had expired when it arrived',
    fixes: () => [
      { text: 'Connect again: a fresh token is made for every connection.' },
      { text: 'If it happens at once again, set this machine’s clock: a token is dated by it.', command: 'date -u' },
    ],
  },
  {
    matches: says(/signature not yet current/i),
    meaning: 'this machine’s clock is ahead of the service’s: the token comes from the future',
    fixes: () => [{ text: 'Set the clock of this machine, then connect again.', command: 'date -u' }],
  },
  {
    matches: says(/wrong user to action mapping/i),
    meaning: 'the token was made for the other kind of user',
    fixes: ({ subject }) => [
      subject.user === 'admin'
        ? { text: 'The user admin needs a token of the action DbConnectAdmin.', command: tokenCommand(subject, true) }
        : {
            text: `The user ${subject.user} needs a token of the action DbConnect.`,
            command: tokenCommand(subject, false),
          },
    ],
  },
  {
    matches: says(/not authorized to perform: dsql:DbConnectAdmin/i),
    meaning: 'the credentials may not connect as admin',
    fixes: context => [
      { text: 'Allow the action dsql:DbConnectAdmin on this cluster in the caller’s IAM policy, or' },
      ...roleFixes(context, 'connect as a role of your own that is mapped to the caller.'),
    ],
  },
  {
    matches: says(/is not authorized/i),
    meaning: 'the credentials are known, but may not do this on this cluster',
    fixes: ({ subject }) => [
      {
        text: `Allow ${actionFor(subject)} on this cluster’s ARN in the caller’s IAM policy, and look for a service control policy or a resource policy that denies it.`,
        command: `aws dsql get-cluster --identifier ${clusterId(subject)} --region ${subject.region}${profileOption(subject)}`,
      },
    ],
  },
  {
    matches: says(/sni was not received/i),
    meaning: 'the client did not name the host in the TLS handshake (SNI)',
    fixes: () => [{ text: 'Use a client with libpq 14 or newer, or a driver that sends the server’s name.' }],
  },
  {
    matches: says(/waking up cluster/i),
    meaning: 'the cluster is INACTIVE and is being woken',
    fixes: ({ subject }) => [
      {
        text: 'Wait until it is ACTIVE, then connect again.',
        command: `aws dsql get-cluster --identifier ${clusterId(subject)} --region ${subject.region} --query status${profileOption(subject)}`,
      },
    ],
  },
  {
    matches: says(/too many open connections/i),
    meaning: 'the cluster has all the connections that it takes (10,000 unless the quota was raised)',
    fixes: () => [{ text: 'Close connections elsewhere: pools that are too large, or that never give back.' }],
  },
  {
    matches: says(/rate exceeded/i),
    meaning: 'connections are opened faster than 100 a second after a burst of 1,000',
    fixes: () => [{ text: 'Wait a moment and connect with backoff; keep connections in a pool.' }],
  },
  {
    matches: refusal => refusal.sqlstate === '0A000' && says(/configuration parameter/i)(refusal),
    meaning: 'the client sends a startup parameter that DSQL does not take',
    fixes: () => [{ text: 'Take the parameter out of the client’s options (PGOPTIONS, the URL, the driver).' }],
  },
  {
    matches: says(/access denied/i),
    meaning: 'the token was refused, and the server does not say why',
    fixes: context =>
      context.subject.user === 'admin'
        ? [
            {
              text: 'Check that the credentials belong to the account of the cluster and that the Region is the cluster’s.',
            },
          ]
        : roleFixes(context, 'Most often the role is not mapped to the caller, or does not exist. As admin:'),
  },
];

/** The finding for a connection that the server refused. */
export function diagnoseRefusal(
  refusal: ServerRefusal,
  context: RefusalContext,
): Pick<DoctorFinding, 'observed' | 'server' | 'fixes'> {
  const diagnosis = DIAGNOSES.find(each => each.matches(refusal));
  return {
    observed: diagnosis ? `The connection was refused: ${diagnosis.meaning}.` : 'The connection was refused.',
    server: refusal,
    fixes: diagnosis?.fixes(context, refusal) ?? [{ text: 'Read what the server says; it is the best clue there is.' }],
  };
}

/** SQL that lets a caller connect as a role: what chapter 0 of the workshop does. */
function roleFixes({ subject, arn }: RefusalContext, text: string): DoctorFix[] {
  const user = subject.user === 'admin' ? 'myapp' : subject.user;
  const plan = { user, arn: iamRoleArn(arn ?? `arn:aws:iam::<account>:role/<name>`), grants: [] };
  return [{ text, sql: `SELECT pg_role_name, arn FROM sys.iam_pg_role_mappings;\n${scriptOf(setUpStatements(plan))}` }];
}

const actionFor = ({ user }: DoctorSubject): string => (user === 'admin' ? 'dsql:DbConnectAdmin' : 'dsql:DbConnect');

/** The CLI's way to a token: of the kind that the user needs. */
function tokenCommand(subject: DoctorSubject, admin: boolean): string {
  const verb = admin ? 'generate-db-connect-admin-auth-token' : 'generate-db-connect-auth-token';
  return `aws dsql ${verb} --hostname ${shellWord(subject.host)} --region ${subject.region}${profileOption(subject)}`;
}
