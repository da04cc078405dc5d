import { CodedError } from '../../base/errors';
import { sqlName } from '../dialect/names';
import type { ConnectionPlace } from './connection-profile';
import { profileOption } from './shell-word';

/** What is known of an attempt to connect that failed, whoever reported it: the server, TLS, or the network. */
export interface ConnectionFailure {
  /** The message of the server or of the system. */
  message: string;
  /** SQLSTATE, where the server answered. */
  sqlstate?: string;
  /** The server's HINT: it alone tells an expired token from a wrong user. */
  hint?: string;
  /** Node's code of a network or TLS error. */
  systemCode?: string;
}

/** Whom and where the attempt meant. Plain data for the texts. */
export interface ConnectionAttempt extends ConnectionPlace {
  profileId?: string;
  profileName: string;
  /** ARN of who connects, where it is known. */
  arn?: string;
}

const CODES = [
  'TOKEN_EXPIRED',
  'CLOCK_SKEWED',
  'TOKEN_ACTION_MISMATCH',
  'NOT_AUTHORIZED',
  'ACCESS_DENIED',
  'CLUSTER_WAKING',
  'TOO_MANY_CONNECTIONS',
  'CONNECTION_RATE_EXCEEDED',
  'STARTUP_PARAMETER_REFUSED',
  'HOST_NOT_FOUND',
  'CONNECTION_REFUSED',
  'CONNECT_TIMEOUT',
  'CERTIFICATE_REFUSED',
  'CONNECTION_FAILED',
] as const;

/** Codes of failed connections. Each means one cause and one remedy. */
export type ConnectionFailureCode = (typeof CODES)[number];

/** Whether an error's code means that no connection could be made, with or without credentials: the doctor can say more. */
export function isConnectionFailure(code: string): boolean {
  return code === 'CREDENTIALS_UNAVAILABLE' || (CODES as readonly string[]).includes(code);
}

/** Node's codes of certificates that are not trusted. */
export const CERTIFICATE_CODES: ReadonlySet<unknown> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
]);

/** The cause of a failed connection. Texts: Aurora DSQL User Guide, troubleshooting; all begin `unable to accept connection`. */
export function classifyConnectionFailure(failure: ConnectionFailure): ConnectionFailureCode {
  const { message, sqlstate, systemCode } = failure;
  const hint = failure.hint ?? '';
  if (systemCode !== undefined && CERTIFICATE_CODES.has(systemCode)) return 'CERTIFICATE_REFUSED';
  if (systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN') return 'HOST_NOT_FOUND';
  if (systemCode === 'ECONNREFUSED') return 'CONNECTION_REFUSED';
  if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(systemCode ?? '') || /timeout expired/i.test(message))
    return 'CONNECT_TIMEOUT';
  if (/signature expired/i.test(hint)) return 'TOKEN_EXPIRED';
  if (/not yet current/i.test(hint)) return 'CLOCK_SKEWED';
  if (/wrong user to action mapping/i.test(hint)) return 'TOKEN_ACTION_MISMATCH';
  if (/is not authorized/i.test(hint)) return 'NOT_AUTHORIZED';
  if (/waking up/i.test(message)) return 'CLUSTER_WAKING';
  if (sqlstate === '53300') return 'TOO_MANY_CONNECTIONS';
  if (sqlstate === '53400') return 'CONNECTION_RATE_EXCEEDED';
  if (/access denied/i.test(message) || (sqlstate?.startsWith('28') ?? false)) return 'ACCESS_DENIED';
  if (sqlstate === '0A000') return 'STARTUP_PARAMETER_REFUSED';
  return 'CONNECTION_FAILED';
}

/** Failures that go away by waiting: worth another attempt with a pause. */
export function isPassing(code: string): boolean {
  return code === 'CLUSTER_WAKING' || code === 'CONNECTION_RATE_EXCEEDED';
}

/** A failed connection as a CodedError for people: the server's words, its hint, and the exact remedy. */
export function connectionFailureError(
  failure: ConnectionFailure,
  attempt: ConnectionAttempt,
  cause?: unknown,
): CodedError {
  const code = classifyConnectionFailure(failure);
  const hint = failure.hint ? ` (${failure.hint})` : '';
  return new CodedError(code, `"${attempt.profileName}": ${failure.message}${hint}`, {
    cause,
    nextStep: remedy(code, attempt),
    details: {
      sqlstate: failure.sqlstate,
      hint: failure.hint,
      systemCode: failure.systemCode,
      host: attempt.host,
      profileId: attempt.profileId,
    },
  });
}

/** What to do about a failed connection: a sentence, with the command or the SQL to run where there is one. */
function remedy(code: ConnectionFailureCode, attempt: ConnectionAttempt): string {
  const { user, region, kind, hostaddr, arn = "<your role's ARN>" } = attempt;
  const profile = profileOption(attempt);
  const action = user === 'admin' ? 'dsql:DbConnectAdmin' : 'dsql:DbConnect';
  switch (code) {
    case 'TOKEN_EXPIRED':
      return `The credentials are too old, or this machine's clock is wrong: sign in again (aws sso login${profile}) and check the clock.`;
    case 'CLOCK_SKEWED':
      return "This machine's clock is ahead: set it by network time, then try again.";
    case 'TOKEN_ACTION_MISMATCH':
      return `The user ${user} needs a token for ${action}: connect with this profile, or mint the token with the other command.`;
    case 'NOT_AUTHORIZED':
      if (kind === 'local' && user === 'admin')
        return 'This identity may not be admin: connect as the database role that is mapped to it.';
      return `Allow ${action} on the cluster in the IAM policy of this identity (aws sts get-caller-identity${profile} shows whose it is).`;
    case 'ACCESS_DENIED':
      return user === 'admin'
        ? `Check that the credentials belong to the cluster's account (aws sts get-caller-identity${profile}), that its IAM policy allows ${action}, and that the Region ${region} is right.`
        : `Map the role to your identity, as admin: AWS IAM GRANT ${sqlName(user)} TO '${arn}'; the role must exist WITH LOGIN${kind === 'local' ? '' : `, and IAM must allow ${action}`}.`;
    case 'CLUSTER_WAKING':
      return 'The cluster was idle and is waking up: try again in a few seconds.';
    case 'TOO_MANY_CONNECTIONS':
      return 'Close connections, or wait: a cluster takes 10,000.';
    case 'CONNECTION_RATE_EXCEEDED':
      return 'Wait a moment: a cluster takes 100 new connections a second after a burst of 1,000.';
    case 'STARTUP_PARAMETER_REFUSED':
      return 'Remove the parameter it names from PGOPTIONS.';
    case 'HOST_NOT_FOUND':
      return 'Check the endpoint, that the cluster has not been deleted, and that this network can resolve its name.';
    case 'CONNECTION_REFUSED':
      if (hostaddr !== undefined) return tunnelRemedy(hostaddr, attempt.port);
      return kind === 'local' ? 'Start the local cluster, then try again.' : 'Check the endpoint and its port.';
    case 'CONNECT_TIMEOUT':
      if (hostaddr !== undefined) return tunnelRemedy(hostaddr, attempt.port);
      return `Check that a firewall or VPN lets port ${attempt.port} of ${attempt.host} through.`;
    case 'CERTIFICATE_REFUSED':
      return 'Something between here and the cluster answers in its place (a proxy that opens TLS), or the certificate authority file is of another cluster.';
    case 'CONNECTION_FAILED':
      return 'Try again.';
  }
}

/** Connections go to an address of the profile's own, and nobody answers there. */
export const tunnelRemedy = (hostaddr: string, port: number): string =>
  `Connections go to ${hostaddr}, port ${port}, as "hostaddr" of the connection says: open the tunnel that ends there, or correct the address.`;
