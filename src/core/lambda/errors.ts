/** Errors of bundling, deploying and invoking functions. */
import { CodedError } from '../../base/errors';

export const entryNotFound = (directory: string, names: readonly string[]) =>
  new CodedError('LAMBDA_ENTRY_NOT_FOUND', `No handler found in ${directory}.`, {
    nextStep: `Add one of ${names.join(', ')} that exports "handler".`,
  });

/** `problems`: `file:line:column text`, one per line. */
export const bundleFailed = (problems: readonly string[]) =>
  new CodedError('LAMBDA_BUNDLE_FAILED', `The handler does not bundle:\n${problems.join('\n')}`, {
    nextStep: 'Correct the lines named above and deploy again.',
    details: { problems },
  });

export const bundlerMissing = (cause: unknown) =>
  new CodedError('LAMBDA_BUNDLER_MISSING', 'The bundler esbuild cannot be loaded.', {
    nextStep: 'Install the packages again: npm ci',
    cause,
  });

export const bundleTooLarge = (sizeBytes: number, limitBytes: number) =>
  new CodedError(
    'LAMBDA_BUNDLE_TOO_LARGE',
    `The bundle is ${(sizeBytes / 1048576).toFixed(1)} MB; Lambda takes ${limitBytes / 1048576} MB in an upload.`,
    { nextStep: 'Import less: large assets belong in S3, development packages outside the handler.' },
  );

export const functionMissing = (functionName: string, cause?: unknown) =>
  new CodedError('LAMBDA_FUNCTION_NOT_FOUND', `There is no function "${functionName}".`, {
    nextStep: 'Deploy it first: dsql-workshop deploy <folder of the handler>',
    cause,
  });

export const accessDenied = (reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_ACCESS_DENIED', `Lambda refused the request: ${reason}`, {
    nextStep:
      'Use credentials that may create and invoke functions; for the local service, those of: dsql-workshop local env',
    cause,
  });

export const credentialsRefused = (reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_CREDENTIALS_REFUSED', `Lambda did not accept the credentials: ${reason}`, {
    nextStep: 'Renew them (aws sso login), check the clock; for the local service: dsql-workshop local env',
    cause,
  });

export const endpointDown = (endpoint: string, reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_UNREACHABLE', `Lambda cannot be reached at ${endpoint}: ${reason}`, {
    nextStep: 'Start the local cluster (dsql-workshop local), or check the network and the Region.',
    cause,
  });

export const throttled = (cause?: unknown) =>
  new CodedError('LAMBDA_THROTTLED', 'Lambda has no capacity for the call now (429).', {
    nextStep: 'Lower the number of calls in flight, or raise the concurrency quota.',
    cause,
  });

export const deployFailed = (functionName: string, reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_DEPLOY_FAILED', `Deploying "${functionName}" failed: ${reason}`, {
    nextStep: 'Correct what the message names and deploy again.',
    cause,
  });

export const callFailed = (reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_CALL_FAILED', `The Lambda call failed: ${reason}`, { cause });

export const cancelled = () => new CodedError('CANCELLED', 'The operation was cancelled.');
