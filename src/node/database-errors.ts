import { DatabaseError } from 'pg';
import { CodedError, causes } from '../base/errors';
import {
  CERTIFICATE_CODES,
  connectionFailureError,
  type ConnectionAttempt,
  type ConnectionFailure,
} from '../core/connections/connection-failure';
import { explainDatabaseError } from '../core/sql/explain-database-error';

/** What the user can do about an error, by SQLSTATE; about others what is known of DSQL's. Texts of the server are shown as they are. */
const NEXT_STEPS: Record<string, string> = {
  '2BP01': 'Drop what the detail names first, or take its privileges back: REVOKE ALL ON TABLE … FROM …',
  '28000': 'Let the caller in, as admin: AWS IAM GRANT role TO the ARN of its IAM role.',
  '40001': 'Another transaction committed first: run the whole transaction again.',
  '53300': 'Close connections, or wait: a cluster takes 10,000.',
  '53400': 'Connect more slowly: 100 new connections a second after a burst of 1,000.',
};

/**
 * Any failure of the driver as a CodedError. `details` keep sqlstate, severity, detail, hint and position (1-based, in characters).
 * Tokens never enter it: the driver's errors hold none.
 */
export function databaseError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const server = causes(error).find((link): link is DatabaseError => link instanceof DatabaseError);
  if (server) {
    const { code: sqlstate, severity, detail, hint, position } = server;
    return new CodedError('DATABASE', server.message, {
      cause: error,
      nextStep: NEXT_STEPS[sqlstate ?? ''] ?? explainDatabaseError(server).nextStep,
      details: { sqlstate, severity, detail, hint, position: position === undefined ? undefined : Number(position) },
    });
  }
  return connectionError(error);
}

/** The same error of an attempt to connect, with what helps this user at this place, where the server's words tell. */
export function refusedConnection(error: CodedError, attempt: ConnectionAttempt): CodedError {
  const { code, message, details, cause } = error;
  if (code !== 'DATABASE') return error;
  const told = connectionFailureError({ ...(details as Omit<ConnectionFailure, 'message'>), message }, attempt);
  if (told.code === 'CONNECTION_FAILED') return error;
  return new CodedError(code, message, { cause, details, nextStep: told.nextStep });
}

function connectionError(error: unknown): CodedError {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = (first as { code?: unknown } | undefined)?.code;
  const message = first instanceof Error ? first.message : String(first);
  const options = { cause: error };
  if (CERTIFICATE_CODES.has(code))
    return new CodedError('CERTIFICATE_REFUSED', `the cluster's certificate is not trusted: ${message}`, {
      ...options,
      nextStep:
        'Something between here and the cluster answers in its place, or the certificate authority file is of another cluster.',
    });
  switch (code) {
    case 'ENOTFOUND':
      return new CodedError('HOST_NOT_FOUND', `the cluster's name is not known: ${message}`, {
        ...options,
        nextStep:
          'Check the endpoint of the target, that the cluster has not been deleted, and that this network can resolve its name.',
      });
    case 'EAI_AGAIN':
      return new CodedError('HOST_NOT_FOUND', `no name server told the cluster's address: ${message}`, {
        ...options,
        nextStep: 'Check that this computer is connected to a network, and to the VPN that the cluster may need.',
      });
    case 'ECONNREFUSED':
      return new CodedError('CONNECTION_REFUSED', `nothing answers there: ${message}`, {
        ...options,
        nextStep: 'Is the local cluster still running? Start it with: dsql-workshop local',
      });
    default:
      return new CodedError('CONNECTION_LOST', `the connection failed: ${message}`, {
        ...options,
        nextStep: 'Try again. If a COMMIT was under way, look first whether it took effect.',
      });
  }
}
