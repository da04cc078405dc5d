import { causes, CodedError } from '../../base/errors';
import { teardownErrors } from '../../core/teardown/errors';
import { NETWORK_ERROR_CODES, plainMessage } from '../network-errors';

const CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignature',
  'SignatureDoesNotMatch',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidClientTokenId',
  'CredentialsProviderError',
  'TokenProviderError',
]);
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

interface ServiceError {
  name: string;
  message: string;
  status?: number;
}

function read(error: unknown): ServiceError {
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  const { httpStatusCode: status } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return { name: error.name, message: plainMessage(error) || error.name, ...(status !== undefined && { status }) };
}

/** The service says that it is not there. CloudFormation has no code of its own for it. */
export function isMissing(error: unknown): boolean {
  const { name, message } = read(error);
  return MISSING.has(name) || (name === 'ValidationError' && message.includes('does not exist'));
}

/** Something is under way there. CloudFormation has no code of its own for it. */
const isBusy = (name: string, message: string): boolean =>
  name === 'OperationAbortedException' || (name === 'ValidationError' && message.includes('_IN_PROGRESS state'));

export function isThrottled(error: unknown): boolean {
  const { name, status } = read(error);
  return THROTTLING.has(name) || status === 429;
}

/** What the SDK threw as a CodedError. Decides by name and status. */
export function teardownCallError(error: unknown, { action, region, signal }: Asked): CodedError {
  if (error instanceof CodedError) return error;
  const { name, message, status } = read(error);
  if (signal?.aborted || name === 'AbortError') return teardownErrors.cancelled();
  if (CREDENTIALS.has(name)) return teardownErrors.credentials(message, error);
  if (isThrottled(error)) return teardownErrors.throttled(action, message, error);
  if (DENIED.has(name) || status === 403) return teardownErrors.accessDenied(action, message, error);
  const network = causes(error).some(cause => NETWORK_ERROR_CODES.has(String((cause as { code?: unknown }).code)));
  if (network || name === 'TimeoutError') return teardownErrors.unreachable(action, region, message, error);
  const named = name && name !== 'Error' ? `${name}: ${message}` : message;
  if (status === 409 || isBusy(name, message)) return teardownErrors.conflict(action, named, error);
  if (status !== undefined && status < 500) return teardownErrors.refused(action, named, error);
  return teardownErrors.service(action, named, error);
}
