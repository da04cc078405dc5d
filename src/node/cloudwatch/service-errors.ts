/** Turns what the clients of CloudWatch and of its logs throw into coded errors. Decides by name and code, never by text. */
import { CodedError } from '../../base/errors';
import { observabilityErrors } from '../../core/observability/errors';
import { CREDENTIAL_ERRORS, namedMessage, networkErrorCode, readServiceError } from '../aws-errors';

const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedException']);
const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'LimitExceededException', 'TooManyRequestsException']);

export interface CloudWatchCall {
  /** IAM's name of the action, `cloudwatch:GetMetricData`. */
  action: string;
  region: string;
  signal?: AbortSignal;
}

/** What the SDK threw as a CodedError; a CodedError stays what it is. */
export function cloudWatchError(error: unknown, { action, region, signal }: CloudWatchCall): CodedError {
  if (error instanceof CodedError) return error;
  const { name, message } = readServiceError(error);
  if (signal?.aborted === true || name === 'AbortError') return observabilityErrors.cancelled();
  if (CREDENTIAL_ERRORS.has(name)) return observabilityErrors.credentials(message, error);
  if (DENIED.has(name)) return observabilityErrors.accessDenied(message, action, error);
  if (THROTTLED.has(name)) return observabilityErrors.throttled(message, error);
  if (networkErrorCode(error) !== undefined || name === 'TimeoutError')
    return observabilityErrors.unreachable(region, message, error);
  return observabilityErrors.failed(namedMessage({ name, message }), error);
}
