import { CodedError } from '../../base/errors';

/** A backslash command of psql stands in a script: it is psql's own, no server knows it. */
export function metaCommand(command: string, nextStep: string): CodedError {
  return new CodedError('META_COMMAND', `${command} is a command of psql, not SQL`, { nextStep });
}

/** A statement that changes something was to run on a read-only profile; nothing was sent. */
export function readOnlyProfile(profile: string, what: string): CodedError {
  return new CodedError('READ_ONLY_PROFILE', `"${profile}" is read-only: ${what} was not sent`, {
    nextStep: 'Run it on another connection, or turn the read-only switch of this one off in the status bar.',
  });
}

/** The user was asked before a write on production, and said no. */
export const notConfirmed = (profile: string): CodedError =>
  new CodedError('WRITE_NOT_CONFIRMED', `not sent to "${profile}": you did not confirm it`, {
    nextStep: 'Run it again and confirm, if it is meant for this cluster.',
  });

/** CALL sys.wait_for_job in an open transaction. */
export const waitInTransaction = (): CodedError =>
  new CodedError('WAIT_IN_TRANSACTION', 'sys.wait_for_job cannot run inside a transaction block', {
    nextStep: 'Commit first: the job itself begins only then.',
  });

/** The statement cannot be explained at all. */
export const cannotExplain = (tag: string): CodedError =>
  new CodedError('CANNOT_EXPLAIN', `${tag === '' ? 'this statement' : tag} has no plan`, {
    nextStep: 'EXPLAIN takes SELECT, VALUES, INSERT, UPDATE and DELETE.',
  });

/** EXPLAIN ANALYZE of a write needs a transaction of its own to roll back, and one is already open. */
export const explainInTransaction = (): CodedError =>
  new CodedError(
    'EXPLAIN_IN_TRANSACTION',
    'EXPLAIN ANALYZE would really change the rows, and rolling back would undo your open transaction with it',
    { nextStep: 'Commit or roll back first, or use Explain without Analyze.' },
  );

/** An asynchronous job ended badly. */
export function jobFailed(jobId: string, details: string | null): CodedError {
  return new CodedError('JOB_FAILED', `job ${jobId} failed${details ? `: ${details}` : ''}`, {
    nextStep:
      'A failed index build leaves an index that is not valid: drop it, cure the reason, then create it again. IF NOT EXISTS would silently accept the broken one.',
    details: { jobId },
  });
}

/** sys.jobs no longer lists the job: it forgets finished ones after some 30 minutes. */
export const jobUnknown = (jobId: string): CodedError =>
  new CodedError('JOB_UNKNOWN', `sys.jobs does not list job ${jobId}`, {
    nextStep: 'Look at pg_index.indisvalid: finished jobs are forgotten after some 30 minutes.',
  });
