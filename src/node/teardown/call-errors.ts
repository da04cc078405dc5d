import { CodedError } from '../../base/errors';
import { teardownErrors } from '../../core/teardown/errors';
import { CREDENTIAL_ERRORS, namedMessage, networkErrorCode, readServiceError } from '../aws-errors';

const THROTTLING = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const MISSING = new Set(['ResourceNotFoundException', 'NoSuchEntity', 'NoSuchEntityException']);

/** What was asked: IAM's name of the action, and where. */
export interface Asked {
  action: string;
  region: string;
  signal?: AbortSignal;
}

/** The service says that it is not there. CloudFormation has no code of its own for it. */
export function isMissing(error: unknown): boolean {
  const { name, message } = readServiceError(error);
  return MISSING.has(name) || (name === 'ValidationError' && message.includes('does not exist'));
}

/** Something is under way there. CloudFormation has no code of its own for it. */
const isBusy = (name: string, message: string): boolean =>
  name === 'OperationAbortedException' || (name === 'ValidationError' && message.includes('_IN_PROGRESS state'));

/** The service was asked more often than it allows. */
export function isThrottled(error: unknown): boolean {
  const { name, status } = readServiceError(error);
  return THROTTLING.has(name) || status === 429;
}

/** What the SDK threw as a CodedError. Decides by name and status. */
export function teardownCallError(error: unknown, { action, region, signal }: Asked): CodedError {
  if (error instanceof CodedError) return error;
  const { name, message, status } = readServiceError(error);
  if (signal?.aborted || name === 'AbortError') return teardownErrors.cancelled();
  if (CREDENTIAL_ERRORS.has(name)) return teardownErrors.credentials(message, error);
  if (isThrottled(error)) return teardownErrors.throttled(action, message, error);
  if (DENIED.has(name) || status === 403) return teardownErrors.accessDenied(action, message, error);
  if (networkErrorCode(error) !== undefined || name === 'TimeoutError')
    return teardownErrors.unreachable(action, region, message, error);
  const named = namedMessage({ name, message });
  if (status === 409 || isBusy(name, message)) return teardownErrors.conflict(action, named, error);
  if (status !== undefined && status < 500) return teardownErrors.refused(action, named, error);
  return teardownErrors.service(action, named, error);
}
