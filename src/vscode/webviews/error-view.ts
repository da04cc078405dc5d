import { CodedError, describeError } from '../../base/errors';

/** An error as views draw it: its words, and by itself what the user can do next. */
export const errorView = (error: unknown): { message: string; nextStep?: string } =>
  error instanceof CodedError
    ? { message: error.message, ...(error.nextStep !== undefined && { nextStep: error.nextStep }) }
    : { message: describeError(error) };
