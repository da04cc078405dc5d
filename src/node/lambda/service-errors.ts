/** Turns what the Lambda client throws into coded errors. Decides by name and code, never by text. */
import { causes, CodedError } from '../../base/errors';
import {
  accessDenied,
  callFailed,
  cancelled,
  credentialsRefused,
  endpointDown,
  functionMissing,
  outcomeUnknown,
  throttled,
  tooManyCalls,
  type FailedCall,
} from '../../core/lambda/errors';
import { CREDENTIAL_ERRORS, namedMessage, networkErrorCode, readServiceError } from '../aws-errors';

export interface CallContext extends FailedCall {
  endpoint: string;
  signal?: AbortSignal;
  /** An invocation: when its answer is lost, it may have run. */
  once?: boolean;
  /** No invocation: too many of them are no matter of capacity. */
  control?: boolean;
}

/** The connection was there, and broke: by its code, or by what the system was doing on it, as where no packet comes through any more. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE']);
const ON_CONNECTION = new Set(['read', 'write']);

const isBroken = (error: unknown): boolean =>
  BROKEN.has(networkErrorCode(error) ?? '') ||
  causes(error).some(link => ON_CONNECTION.has(String((link as { syscall?: unknown }).syscall)));

/** The coded form of `error`; a CodedError stays what it is. */
export function lambdaCallError(error: unknown, context: CallContext): CodedError {
  if (error instanceof CodedError) return error;
  const { name, message } = readServiceError(error);
  if (context.signal?.aborted === true || name === 'AbortError') return cancelled();
  if (name === 'ResourceNotFoundException') return functionMissing(context.functionName, error);
  if (name === 'AccessDeniedException') return accessDenied(context, message, error);
  if (CREDENTIAL_ERRORS.has(name)) return credentialsRefused(context, message, error);
  if (name === 'TooManyRequestsException') return context.control ? tooManyCalls(context, error) : throttled(error);
  const network = networkErrorCode(error);
  if (context.once && (isBroken(error) || (network === undefined && name === 'TimeoutError')))
    return outcomeUnknown(context.functionName, network ?? message, error);
  if (network !== undefined) return endpointDown(context, context.endpoint, network, error);
  if (name === 'TimeoutError') return endpointDown(context, context.endpoint, message, error);
  return callFailed(context, namedMessage({ name, message }), passingOf(error), error);
}

/** 5xx is Lambda's own fault; a conflict is with another change. */
function passingOf(error: unknown): 'never' | 'soon' | 'after' {
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  if (name === 'ResourceConflictException') return 'after';
  return name === 'ServiceException' || ($metadata?.httpStatusCode ?? 0) >= 500 ? 'soon' : 'never';
}
