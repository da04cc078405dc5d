/** Errors of the Lambda API: type, HTTP status and text as the service answers them. */

import { systemLimitOf } from '../../errors';

/** Answered with `x-amzn-errortype: <type>` and `{ Type, message }`. */
export class LambdaApiError extends Error {
  constructor(
    readonly type: string,
    readonly status: number,
    message: string,
    /** More members of the body. */
    readonly members: Record<string, string> = { Type: 'User' },
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export const functionNotFound = (arn: string) =>
  new LambdaApiError('ResourceNotFoundException', 404, `Function not found: ${arn}`);

export const resourceNotFound = (what: string) => new LambdaApiError('ResourceNotFoundException', 404, what);

export const functionExists = (name: string) =>
  new LambdaApiError('ResourceConflictException', 409, `Function already exist: ${name}`);

export const aliasExists = (arn: string) =>
  new LambdaApiError('ResourceConflictException', 409, `Alias already exists: ${arn}`);

export const invalidParameter = (message: string) => new LambdaApiError('InvalidParameterValueException', 400, message);

/** What the service's own request model refuses, in its words. */
export const invalidModel = (value: unknown, member: string, constraint: string) =>
  new LambdaApiError(
    'ValidationException',
    400,
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${constraint}`,
    {},
  );

export const invalidContent = (reason: string) =>
  new LambdaApiError('InvalidRequestContentException', 400, `Could not parse request body into json: ${reason}`);

export const requestTooLarge = (limitBytes: number, operation: string) =>
  new LambdaApiError(
    'RequestTooLargeException',
    413,
    `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`,
  );

export const tooManyRequests = () =>
  new LambdaApiError(
    'TooManyRequestsException',
    429,
    'Rate Exceeded.',
    { Type: 'User', Reason: 'ConcurrentInvocationLimitExceeded' },
    { 'retry-after': '1' },
  );

export const codeTooLarge = (limitBytes: number) =>
  invalidParameter(`Unzipped size must be smaller than ${limitBytes} bytes`);

export const badZip = () =>
  invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');

export const unknownOperation = (method: string, path: string) =>
  new LambdaApiError('UnknownOperationException', 404, `The local Lambda service has no ${method} ${path}`, {});

export const missingToken = () =>
  new LambdaApiError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token', {});

export const incompleteSignature = (reason: string) =>
  new LambdaApiError('IncompleteSignatureException', 403, reason, {});

export const unknownKey = () =>
  new LambdaApiError('UnrecognizedClientException', 403, 'The security token included in the request is invalid.', {});

export const invalidSignature = (
  reason = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
) => new LambdaApiError('InvalidSignatureException', 403, reason, {});

export const accessDenied = (principalArn: string, action: string, resource: string, service = 'lambda') =>
  new LambdaApiError(
    'AccessDeniedException',
    403,
    `User: ${principalArn} is not authorized to perform: ${service}:${action} on resource: ${resource} because no identity-based policy allows the ${service}:${action} action`,
    {},
  );

/** What went wrong inside the service itself. */
export function serviceFailed(error: unknown): LambdaApiError {
  const limit = systemLimitOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const told = limit ? `${limit.message}. ${limit.nextStep}` : reason;
  return new LambdaApiError('ServiceException', 500, told, { Type: 'Service' });
}
