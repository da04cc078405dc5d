/** What can go wrong in a session beyond what the server says. */
import { DatabaseError } from 'pg';
import { CodedError, causes } from '../../base/errors';
import { connectionFailureError, type ConnectionAttempt } from '../../core/connections/connection-failure';

export const sqlErrors = {
  /** @param lost what the connection took with it: a statement that may yet take effect, or a transaction that was open. */
  cancelled: (lost?: 'outcome' | 'transaction') => {
    switch (lost) {
      case 'outcome':
        return new CodedError('CANCELLED', 'Cancelled. The statement was already sent and may still take effect.', {
          nextStep: 'Look whether it did before you run it again: the service heeds no cancel request.',
          details: { outcomeUnknown: true },
        });
      case 'transaction':
        return new CodedError(
          'CANCELLED',
          'Cancelled, and the open transaction with it: nothing of it was committed.',
          {
            nextStep: 'Run the whole transaction again, from BEGIN on.',
            details: { transactionLost: true },
          },
        );
      case undefined:
        return new CodedError('CANCELLED', 'Cancelled.');
    }
  },
  transactionLost: (cause?: unknown) =>
    new CodedError(
      'CONNECTION_LOST',
      'The connection was lost, and with it the open transaction: nothing of it was committed.',
      {
        cause,
        nextStep: 'Run the whole transaction again, from BEGIN on; the next statement connects anew.',
        details: { transactionLost: true },
      },
    ),
  lostAgain: (cause?: unknown) =>
    new CodedError('CONNECTION_LOST', `The connection was lost while the statement ran: ${reason(cause)}.`, {
      cause,
      nextStep: 'Run it again; if this repeats, check the network and whether the cluster is active.',
    }),
  outcomeUnknown: (what: 'COMMIT' | 'statement', cause?: unknown) =>
    new CodedError(
      'OUTCOME_UNKNOWN',
      what === 'COMMIT'
        ? `The connection was lost during COMMIT (${reason(cause)}): whether the transaction was committed is not known.`
        : `The connection was lost after the statement was sent (${reason(cause)}): whether it took effect is not known.`,
      {
        cause,
        nextStep: 'Look at the data first, then decide whether to run it again. It was not repeated on its own.',
        details: { outcomeUnknown: true },
      },
    ),
  closed: () =>
    new CodedError('SESSION_CLOSED', 'This session was closed.', {
      nextStep: 'Run the statement again to open another.',
    }),
  profileGone: () =>
    new CodedError('PROFILE_UNKNOWN', 'The connection this editor used has been removed.', {
      nextStep: 'Choose another connection in the status bar.',
    }),
  readOnlySession: () =>
    new CodedError('READ_ONLY_SESSION', 'This connection is read-only, and the statement would make it write.', {
      nextStep: 'Turn off the read-only switch in the status bar first.',
    }),
  beganReadWrite: () =>
    new CodedError(
      'READ_ONLY_SESSION',
      'The connection was made read-only, but the open transaction began before that and can still write.',
      { nextStep: 'End it with COMMIT or ROLLBACK; the next transaction is read-only.' },
    ),
};

/** SQLSTATEs with which a server says that it does not know itself what became of a COMMIT. */
const OPEN_OUTCOME = new Set(['XX000', '40003', '08007', '08006', '08003', '57P01', '57P02']);

/**
 * The server's refusal of a statement that may have taken effect all the same: with some SQLSTATEs it lost sight of it. Then `details`
 * say `outcomeUnknown`. Other errors stay as they are.
 */
export function withOpenOutcome(error: CodedError, mayTakeEffect: boolean): CodedError {
  if (!mayTakeEffect || !OPEN_OUTCOME.has(String(error.details?.sqlstate))) return error;
  return new CodedError(error.code, error.message, {
    cause: error.cause,
    nextStep: 'Whether it took effect is not known: look at the data first, then decide whether to run it again.',
    details: { ...error.details, outcomeUnknown: true },
  });
}

/** A failed attempt to connect, classified. CodedErrors (credentials, cancellation) stay as they are. */
export function connectError(error: unknown, attempt: ConnectionAttempt): CodedError {
  const coded = causes(error).find((link): link is CodedError => link instanceof CodedError);
  if (coded) return coded;
  const server = causes(error).find((link): link is DatabaseError => link instanceof DatabaseError);
  if (server) {
    const { message, code: sqlstate, hint } = server;
    return connectionFailureError({ message, sqlstate, hint }, attempt, error);
  }
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  const systemCode = (first as { code?: unknown } | undefined)?.code;
  const failure = { message, systemCode: typeof systemCode === 'string' ? systemCode : undefined };
  return connectionFailureError(failure, attempt, error);
}

function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : 'the server closed it';
  return text.replace(/(?<![.\s])[.\s]+$/, '');
}
