import { CodedError } from '../base/errors';
import { EXIT, type ExitCode } from './exit-codes';
import { printable, type Style } from './terminal/style';

/** A mistake on the command line: exit code 2. */
export function usageError(message: string, nextStep: string): CodedError {
  return new CodedError('USAGE', message, { nextStep });
}

const USAGE_CODES = new Set([
  'USAGE',
  'CHAPTER_FOLDER_MISSING',
  'CODE_FOLDER_UNKNOWN',
  'LAMBDA_ENTRY_NOT_FOUND',
  'LOCAL_BAD_ARGUMENT',
  'STRESS_PLAN_INVALID',
  'STRESS_THRESHOLD_INVALID',
  'STRESS_FANOUT_INVALID',
  'ROLE_NAME_UNUSABLE',
  'ROLE_ARN_UNUSABLE',
  'ROLE_GRANT_UNREADABLE',
  'SESSION_ORDER_UNKNOWN',
  'SESSION_SCRIPT_MISSING',
  'SESSION_STEP_UNKNOWN',
  'STACK_FOLDER_MISSING',
]);

/** The exit code an error leads to. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CodedError)) return EXIT.failed;
  if (USAGE_CODES.has(error.code)) return EXIT.usage;
  return error.code === 'CANCELLED' ? EXIT.interrupted : EXIT.failed;
}

/** Cause and next step, for standard error. Details of the server (hint, detail) are shown where there are any. */
export function failureText(error: unknown, style: Style): string {
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof CodedError ? error.details : undefined;
  const state = typeof details?.sqlstate === 'string' ? ` (${details.sqlstate})` : '';
  const lines = [`${style.red('error:')} ${printable(message)}${state}`];
  if (typeof details?.detail === 'string') lines.push(`DETAIL: ${details.detail}`);
  if (typeof details?.hint === 'string') lines.push(`HINT: ${details.hint}`);
  if (error instanceof CodedError && error.nextStep) lines.push(error.nextStep);
  const text = printable(lines.slice(1).join('\n'));
  return `${lines[0]}${text ? `\n${text}` : ''}\n`;
}

/** The same for programs: one JSON line. */
export function failureJson(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const coded = error instanceof CodedError ? error : undefined;
  return `${JSON.stringify({ error: { code: coded?.code ?? 'INTERNAL', message, nextStep: coded?.nextStep } })}\n`;
}
