import { CodedError } from '../../base/errors';
import { sqlstateOf } from '../sql/sqlstate';
import type { ActionOutcome, CheckOutcome, ExpectedError } from './contract';

/** What a failed action tells the user. */
export function outcomeError(error: unknown): NonNullable<ActionOutcome['error']> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof CodedError)) return { message, sqlstate: sqlstateOf(error) };
  const { detail, hint, log } = error.details ?? {};
  return {
    message,
    sqlstate: sqlstateOf(error),
    ...(typeof detail === 'string' && { detail }),
    hint: typeof hint === 'string' ? hint : undefined,
    nextStep: error.nextStep,
    ...(typeof log === 'string' && log.trim() !== '' && { log: log.trimEnd() }),
  };
}

/** Whether a failure is the expected one. */
export function matches(error: NonNullable<ActionOutcome['error']>, expected: ExpectedError): boolean {
  if (error.sqlstate !== expected.sqlstate) return false;
  const text = `${error.message}\n${error.hint ?? ''}`.toLowerCase();
  return expected.contains === undefined || text.includes(expected.contains.toLowerCase());
}

/** `0A000 message (hint)`. */
export function showError(error: NonNullable<ActionOutcome['error']>): string {
  return `${error.sqlstate ? `${error.sqlstate} ` : ''}${error.message}${error.hint ? ` (${error.hint})` : ''}`;
}

/** `an error 0A000 with "text"`. */
export function showExpected(expected: ExpectedError): string {
  return `error ${expected.sqlstate}${expected.contains ? ` with "${expected.contains}"` : ''}`;
}

/** What a check says whose run, plan or answer is not there. */
export const notKept = (expected: string, actual: string): Omit<CheckOutcome, 'check'> => ({
  ...{ held: false, expected, actual },
  nextStep: 'Run the step that makes it, then check again.',
});
