import { CodedError } from '../../base/errors';

/** The IAM action that an error says is not allowed: `lambda:ListFunctions`; undefined where it is of another kind or does not say. */
export function deniedAction(error: unknown): string | undefined {
  if (!(error instanceof CodedError) || !error.code.endsWith('_ACCESS_DENIED')) return undefined;
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(error.message)?.[1];
}
