import { causes, CodedError } from '../../base/errors';
import { clusterErrors } from '../../core/clusters/errors';
import { NETWORK_ERROR_CODES, plainMessage } from '../network-errors';

const CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'ExpiredTokenException',
  'ExpiredToken',
  'CredentialsProviderError',
  'TokenProviderError',
]);

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
  const { name } = error instanceof Error ? error : { name: '' };
  const message = error instanceof Error ? plainMessage(error) : String(error);
  if (signal?.aborted || name === 'AbortError') return clusterErrors.cancelled();
  if (CREDENTIALS.has(name)) return clusterErrors.credentials(message, error);
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
  const network = causes(error).find(cause => NETWORK_ERROR_CODES.has(String((cause as { code?: unknown }).code)));
  if (network !== undefined || name === 'TimeoutError')
    return clusterErrors.unreachable(action, region, message, error);
  return clusterErrors.failed(action, name && name !== 'Error' ? `${name}: ${message}` : message, error);
}
