/** Errors of bundling, deploying and invoking functions. */
import { CodedError } from '../../base/errors';

export const entryNotFound = (directory: string, names: readonly string[]) =>
  new CodedError('LAMBDA_ENTRY_NOT_FOUND', `No handler found in ${directory}.`, {
    nextStep: `Add one of ${names.join(', ')} that exports "handler".`,
  });

/** Where a handler's folder is meant, and there is none. */
export const noFolderOfHandler = (directory: string) =>
  new CodedError('LAMBDA_ENTRY_NOT_FOUND', `There is no folder ${directory}.`, {
    nextStep: "Name the folder that holds the handler's file, such as my-bank/lambda.",
  });

/** `problems`: `file:line:column text`, one per line. */
export const bundleFailed = (problems: readonly string[], nextStep: string) =>
  new CodedError('LAMBDA_BUNDLE_FAILED', `The handler does not bundle:\n${problems.join('\n')}`, {
    nextStep,
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
    nextStep:
      'Deploy it first: dsql-workshop deploy <folder of the handler>. Those that are there: dsql-workshop functions',
    cause,
  });

/** Which call failed, for what is told of it. */
export interface FailedCall {
  /** Empty where the call is of no single function. */
  functionName: string;
  /** It went to the local service, by its own address. */
  local: boolean;
}

const forFunction = ({ functionName }: FailedCall): string => (functionName === '' ? '' : ` for "${functionName}"`);

export const accessDenied = (call: FailedCall, reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_ACCESS_DENIED', `Lambda refused the request${forFunction(call)}: ${reason}`, {
    nextStep: call.local
      ? 'Use the keys that dsql-workshop local env prints; dsql-workshop policy prints what each command needs.'
      : 'Allow it in the IAM policy of whose credentials these are (dsql-workshop policy prints what each command needs), or use others.',
    cause,
  });

export const credentialsRefused = (call: FailedCall, reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_CREDENTIALS_REFUSED', `Lambda did not accept the credentials${forFunction(call)}: ${reason}`, {
    nextStep: call.local
      ? 'Use the keys that dsql-workshop local env prints: they are those of the cluster that runs now.'
      : 'Sign in again (aws sso login, or aws configure), check the clock of this machine, then do it again.',
    cause,
  });

export const endpointDown = (call: FailedCall, endpoint: string, reason: string, cause?: unknown) =>
  new CodedError('LAMBDA_UNREACHABLE', `Lambda cannot be reached at ${endpoint}${forFunction(call)}: ${reason}`, {
    nextStep: /^https?:\/\/(localhost|127\.|\[::1\])/.test(endpoint)
      ? 'Try again in a moment: a running local cluster brings its Lambda host back by itself. Where none runs, start one: dsql-workshop local.'
      : "Check the Region and this machine's way to the Internet, then try again.",
    cause,
  });

/** An invocation was sent and its answer never came: it is not repeated, for it may have moved money. */
export const outcomeUnknown = (functionName: string, reason: string, cause?: unknown) =>
  new CodedError(
    'LAMBDA_OUTCOME_UNKNOWN',
    `The answer of "${functionName}" was lost (${reason}): it may have run to its end.`,
    { nextStep: 'Look at what it would have changed before you call it again.', cause },
  );

export const throttled = (cause?: unknown) =>
  new CodedError('LAMBDA_THROTTLED', 'Lambda has no capacity for the call now (429).', {
    nextStep: 'Lower the number of calls in flight, or raise the concurrency quota.',
    cause,
  });

export const tooManyCalls = (call: FailedCall, cause?: unknown) =>
  new CodedError('LAMBDA_CONTROL_THROTTLED', `Lambda takes no more control calls now (429)${forFunction(call)}.`, {
    nextStep: 'Wait a minute and do it again. Somebody in the account may be deploying a lot.',
    cause,
  });

export const controlThrottled = (functionName: string, cause?: unknown) =>
  new CodedError(
    'LAMBDA_CONTROL_THROTTLED',
    `Lambda takes no more control calls (429); "${functionName}" is not as it should be yet.`,
    {
      nextStep:
        'Wait a minute and do it again: what was done so far is kept. Somebody in the account may be deploying a lot.',
      cause,
    },
  );

export const deployFailed = (functionName: string, reason: string) =>
  new CodedError('LAMBDA_DEPLOY_FAILED', `Deploying "${functionName}" failed: ${reason}`, {
    nextStep: 'Correct what the message names and deploy again.',
  });

/** @param passes whose fault it is: the call's own, Lambda's, or another change's that is under way */
export const callFailed = (call: FailedCall, reason: string, passes: 'never' | 'soon' | 'after', cause?: unknown) =>
  new CodedError('LAMBDA_CALL_FAILED', `The Lambda call${forFunction(call)} failed: ${reason}`, {
    nextStep: {
      never: 'Correct what the message names, then do it again; what was done so far is kept.',
      soon: 'The fault is in Lambda: try again in a minute; what was done so far is kept.',
      after: 'Another change of it is under way: try again in a minute; what was done so far is kept.',
    }[passes],
    cause,
  });

export const cancelled = () => new CodedError('CANCELLED', 'The operation was cancelled.');

export const nothingToRollBack = (functionName: string) =>
  new CodedError('LAMBDA_NOTHING_TO_ROLL_BACK', `No earlier version of "${functionName}" holds other code.`, {
    nextStep: 'Versions are published when your own code is deployed; deploy twice before you roll back.',
  });

export const versionMissing = (functionName: string, version: string, known: readonly string[]) =>
  new CodedError('LAMBDA_VERSION_NOT_FOUND', `"${functionName}" has no version ${version}.`, {
    nextStep: known.length > 0 ? `Its versions are ${known.join(', ')}.` : 'None was published so far.',
  });

export const codeUnavailable = (functionName: string, reason: string) =>
  new CodedError('LAMBDA_CODE_UNAVAILABLE', `The code of "${functionName}" cannot be fetched: ${reason}`, {
    nextStep: 'Deploy it again from your folder; on AWS the caller also needs lambda:GetFunction.',
  });

/** The deployed bundle holds no sources of the handler's own. */
export const codeNotTold = (functionName: string) =>
  new CodedError('LAMBDA_CODE_NOT_TOLD', `The code of "${functionName}" was bundled without its own files in it.`, {
    nextStep: `Deploy it from your folder, which puts them in; its bundle is fetched by: aws lambda get-function --function-name ${functionName}`,
  });

export const stillBusy = (functionName: string, cause?: unknown) =>
  new CodedError('LAMBDA_BUSY', `"${functionName}" is still being updated by somebody else.`, {
    nextStep: 'Wait a moment and deploy again; what was done so far is kept.',
    cause,
  });

/** @param reason Lambda's own words */
export const changeFailed = (functionName: string, reason = 'Lambda does not say why') =>
  new CodedError('LAMBDA_CHANGE_FAILED', `Lambda could not take the change of "${functionName}": ${reason}`, {
    nextStep: 'Correct what it names and deploy again; an update that fails leaves the code from before.',
  });

/** @param reason Lambda's own words */
export const stillWorking = (functionName: string, reason?: string) =>
  new CodedError(
    'LAMBDA_STILL_WORKING',
    `Lambda took the change of "${functionName}", and is still working on it${reason === undefined ? '' : `: ${reason}`}`,
    { nextStep: 'It goes on in AWS. Do it again in a minute; what was done so far is kept.' },
  );

export const roleNotAssumable = (roleArn: string, cause?: unknown) =>
  new CodedError('LAMBDA_ROLE_NOT_ASSUMABLE', `Lambda may not assume the role ${roleArn}.`, {
    nextStep: 'Let its trust policy name lambda.amazonaws.com; a role made a moment ago takes some seconds.',
    cause,
  });
