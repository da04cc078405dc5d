import { CodedError } from '../../base/errors';

/** What went wrong with CloudWatch, its metrics or its logs, and what to do about it. */
export const observabilityErrors = {
  accessDenied: (message: string, action: string, cause: unknown) =>
    new CodedError('CLOUDWATCH_ACCESS_DENIED', `AWS refused ${action}: ${message}`, {
      cause,
      nextStep: `Allow ${action} in the IAM policy of whose credentials these are.`,
    }),
  credentials: (message: string, cause: unknown) =>
    new CodedError('CLOUDWATCH_CREDENTIALS', `CloudWatch did not accept the credentials: ${message}`, {
      cause,
      nextStep: 'Sign in again (aws sso login, or aws configure), then try again.',
    }),
  throttled: (message: string, cause: unknown) =>
    new CodedError('CLOUDWATCH_THROTTLED', `CloudWatch takes no more requests at the moment: ${message}`, {
      cause,
      nextStep: 'Try again in a minute.',
    }),
  unreachable: (region: string, message: string, cause: unknown) =>
    new CodedError('CLOUDWATCH_UNREACHABLE', `CloudWatch of ${region} cannot be reached: ${message}`, {
      cause,
      nextStep: 'Check the Region and this machine’s way to the Internet, then try again.',
    }),
  failed: (message: string, cause: unknown) =>
    new CodedError('CLOUDWATCH_FAILED', `CloudWatch answered: ${message}`, { cause, nextStep: 'Try again later.' }),
  noLog: (functionName: string, group: string, cause: unknown) =>
    new CodedError('FUNCTION_LOG_MISSING', `There is no log group ${group}.`, {
      cause,
      nextStep: `Lambda makes it at the first invocation of ${functionName}, if its role may write logs (AWSLambdaBasicExecutionRole).`,
    }),
  localTarget: () =>
    new CodedError(
      'CLOUDWATCH_ON_AWS_ONLY',
      'CloudWatch knows clusters and functions in AWS; this run was made on the local cluster.',
      {
        nextStep: 'Run it against a target in AWS.',
      },
    ),
  cancelled: () => new CodedError('CANCELLED', 'cancelled'),
};
