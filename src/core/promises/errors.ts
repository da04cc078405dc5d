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
    nextStep: `Correct that first, and deploy it: its log has more, the server's hint among it (dsql-workshop logs ${functionName}). The promises are tested once one transfer goes through.`,
  });

/** The accounts of the test went, or were made by somebody else, while it ran: what was seen says nothing of the function. */
export const disturbed = (): CodedError =>
  new CodedError('PROMISES_DISTURBED', 'another test of promises runs on the same accounts', {
    nextStep: 'Wait until it has ended (a chapter tests promises, too, also in another window), then test again.',
  });

export const cancelled = (): CodedError => new CodedError('CANCELLED', 'cancelled');
