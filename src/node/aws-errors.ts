/** What every call to AWS may fail with, whichever service it was sent to: told by name and code, never by text. */
import { causes } from '../base/errors';
import { NETWORK_ERROR_CODES, plainMessage } from './network-errors';

/**
 * Credentials that are not found, have ended or are not taken. A service spells it as its protocol does, and the SDK has names of its own.
 * Sources: “Common Errors” in the API references of IAM, STS and CloudFormation (Query), Lambda, Aurora DSQL and CloudWatch (JSON).
 */
export const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  'ExpiredTokenException',
  'ExpiredToken',
  'CredentialsProviderError',
  'TokenProviderError',
]);

/** Name, message for people, and HTTP status where there was an answer; the name is empty for what is no Error. */
export function readServiceError(error: unknown): { name: string; message: string; status?: number } {
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  const { httpStatusCode: status } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return { name: error.name, message: plainMessage(error) || error.name, ...(status !== undefined && { status }) };
}

/** The message, behind the error's name where that says more than `Error`. */
export const namedMessage = ({ name, message }: { name: string; message: string }): string =>
  name && name !== 'Error' && name !== message ? `${name}: ${message}` : message;

/** Node's code of the network error below `error`, where nobody was reached; all addresses of a host may have failed at once. */
export function networkErrorCode(error: unknown): string | undefined {
  return causes(error)
    .flatMap(cause => (cause instanceof AggregateError ? [cause, ...(cause.errors as unknown[])] : [cause]))
    .map(cause => (cause as { code?: unknown }).code)
    .find((code): code is string => typeof code === 'string' && NETWORK_ERROR_CODES.has(code));
}
