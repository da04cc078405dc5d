/** Turns what the clients of CloudWatch and of its logs throw into coded errors. Decides by name and code, never by text. */
import { causes, CodedError } from '../../base/errors';
import { observabilityErrors } from '../../core/observability/errors';
import { NETWORK_ERROR_CODES, plainMessage } from '../network-errors';

const CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'CredentialsProviderError',
  'TokenProviderError',
]);
const DENIED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedException']);
const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'LimitExceededException', 'TooManyRequestsException']);

export interface CloudWatchCall {
  /** IAM's name of the action, `cloudwatch:GetMetricData`. */
  action: string;
  region: string;
  signal?: AbortSignal;
}

export function cloudWatchError(error: unknown, { action, region, signal }: CloudWatchCall): CodedError {
  if (error instanceof CodedError) return error;
  const { name } = error instanceof Error ? error : { name: '' };
  const message = error instanceof Error ? plainMessage(error) : String(error);
  if (signal?.aborted === true || name === 'AbortError') return observabilityErrors.cancelled();
  if (CREDENTIALS.has(name)) return observabilityErrors.credentials(message, error);
  if (DENIED.has(name)) return observabilityErrors.accessDenied(message, action, error);
  if (THROTTLED.has(name)) return observabilityErrors.throttled(message, error);
  const network = causes(error).find(cause => NETWORK_ERROR_CODES.has(String((cause as { code?: unknown }).code)));
  if (network !== undefined || name === 'TimeoutError') return observabilityErrors.unreachable(region, message, error);
  return observabilityErrors.failed(name && name !== 'Error' ? `${name}: ${message}` : message, error);
}
