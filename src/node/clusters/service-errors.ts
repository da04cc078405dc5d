import { CodedError } from '../../base/errors';
import { clusterErrors } from '../../core/clusters/errors';
import { CREDENTIAL_ERRORS, namedMessage, networkErrorCode, readServiceError } from '../aws-errors';

export interface ClusterCall {
  /** IAM's name of the action, `dsql:CreateCluster`. */
  action: string;
  region: string;
  identifier?: string;
  signal?: AbortSignal;
}

/** What the SDK threw as a CodedError. Decides by name and code, never by text. */
export function clusterCallError(error: unknown, { action, region, identifier, signal }: ClusterCall): CodedError {
  if (error instanceof CodedError) return error;
  const { name, message } = readServiceError(error);
  if (signal?.aborted || name === 'AbortError') return clusterErrors.cancelled();
  if (CREDENTIAL_ERRORS.has(name)) return clusterErrors.credentials(message, error);
  switch (name) {
    case 'AccessDeniedException':
      return clusterErrors.accessDenied(message, action, error);
    case 'ServiceQuotaExceededException':
      return clusterErrors.quota(message, error);
    case 'ResourceNotFoundException':
      return clusterErrors.missing(identifier ?? 'of that name', region, error);
    case 'ConflictException':
      return clusterErrors.busy(message, error);
    case 'ThrottlingException':
      return clusterErrors.throttled(message, error);
    case 'ValidationException':
      return clusterErrors.invalid(message, error);
  }
  if (networkErrorCode(error) !== undefined || name === 'TimeoutError')
    return clusterErrors.unreachable(action, region, message, error);
  return clusterErrors.failed(action, namedMessage({ name, message }), error);
}
