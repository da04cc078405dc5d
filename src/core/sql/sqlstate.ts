import { CodedError, causes } from '../../base/errors';

/** Five characters, a digit among them: `EPIPE` is none. */
export const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** The SQLSTATE of an error or of one of its causes. */
export function sqlstateOf(error: unknown): string | undefined {
  for (const link of causes(error)) {
    const details = link instanceof CodedError ? link.details?.sqlstate : undefined;
    const state = details ?? (link as { code?: unknown }).code;
    if (typeof state === 'string' && SQLSTATE.test(state)) return state;
  }
  return undefined;
}
