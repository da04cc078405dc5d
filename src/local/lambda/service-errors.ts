/** Errors of starting the local Lambda service. */
import { CodedError } from '../../base/errors';
import { systemLimitOf } from '../errors';

export const hostNotBuilt = (script: string) =>
  new CodedError('LAMBDA_NOT_BUILT', `The Lambda service is not built: ${script} is missing.`, {
    nextStep: 'Run: npm run build',
  });

export const hostNotReady = (afterMs: number) =>
  new CodedError('LAMBDA_START_FAILED', `The Lambda service was not ready after ${afterMs / 1000} s.`, {
    nextStep: 'End other programs, or raise the limit of processes and threads (ulimit -u), and start again.',
  });

/** `code` is Node's, e.g. EADDRINUSE; `reason` may be all that the host has written. */
export function hostFailed(code: string, reason: string, port: number): CodedError {
  const limit = systemLimitOf(Object.assign(new Error(reason), { code }), reason);
  if (limit) return limit;
  if (code === 'EADDRINUSE')
    return new CodedError('LAMBDA_PORT_TAKEN', `Port ${port} for the Lambda service is taken.`, {
      nextStep: 'Choose another with --lambda-port, or 0 for any free one.',
    });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new CodedError('LAMBDA_START_FAILED', `The Lambda service cannot use its folder or port: ${reason}`, {
      nextStep: 'Choose a folder you may write to with --data-dir.',
    });
  return new CodedError('LAMBDA_START_FAILED', `The Lambda service cannot start: ${reason}`, {
    nextStep:
      code === 'ENOSPC'
        ? 'Free some disk space and start again.'
        : 'Start again; if it persists, start with an empty --data-dir.',
  });
}
