import { oneLine } from '../../base/one-line';
import { CodedError } from '../../base/errors';

/** `SESSION_SCRIPT_MALFORMED`: the text of a session script cannot be read at `line`, 1-based. */
export function malformedScript(line: number, problem: string, expected: string): CodedError {
  return new CodedError('SESSION_SCRIPT_MALFORMED', `line ${line}: ${problem}`, {
    nextStep: `Expected ${expected}.`,
    details: { line },
  });
}

/** `SESSION_SETUP_FAILED`: a statement that prepares a script was refused. */
export function setupFailed(sql: string, cause: unknown): CodedError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CodedError('SESSION_SETUP_FAILED', `the script cannot be set up: ${message} (${oneLine(sql, 100)})`, {
    cause,
    nextStep: 'Correct the statement under "setup" or "teardown" of the script, then reset.',
  });
}

/** `SESSION_ORDER_UNKNOWN` */
export function unknownOrder(name: string, known: readonly string[]): CodedError {
  return new CodedError('SESSION_ORDER_UNKNOWN', `the script has no order "${name}"`, {
    nextStep: `Its orders are: ${known.join(', ')}.`,
  });
}

/** `SESSION_STEP_UNKNOWN` */
export function unknownScriptStep(name: string, known: readonly string[]): CodedError {
  return new CodedError('SESSION_STEP_UNKNOWN', `the script has no line "${name}"`, {
    nextStep: `Its lines are: ${known.join(', ')}.`,
  });
}

/** `SESSIONS_BUSY` */
export function sessionsBusy(): CodedError {
  return new CodedError('SESSIONS_BUSY', 'another line is still running', {
    nextStep: 'Wait until it is answered, or cancel it.',
  });
}
