import { CodedError } from '../../base/errors';

/** The accounts table cannot take the accounts of the test. */
export const noGround = (cause: unknown): CodedError =>
  new CodedError(
    'PROMISES_NO_ACCOUNTS',
    `the promises cannot be tested: ${cause instanceof Error ? cause.message : String(cause)}`,
    { nextStep: 'Make the table "accounts" first: run chapter 1 to its end.', cause },
  );

/** Nothing answers under this name. */
export const notAnswering = (functionName: string, said: string): CodedError =>
  new CodedError('PROMISES_NO_FUNCTION', `"${functionName}" cannot make a plain transfer: ${said}`, {
    nextStep:
      'Deploy it, read the error and correct that first; the promises are tested once one transfer goes through.',
  });

export const cancelled = (): CodedError => new CodedError('CANCELLED', 'cancelled');
