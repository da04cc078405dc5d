import path from 'node:path';
import { CodedError } from '../base/errors';
import { fileNextStep } from '../base/file-errors';
import { EXIT, type ExitCode } from './exit-codes';
import { errorExcerpt } from './terminal/error-excerpt';
import { printable, type Style } from './terminal/style';

/** A mistake on the command line: exit code 2. */
export function usageError(message: string, nextStep: string): CodedError {
  return new CodedError('USAGE', message, { nextStep });
}

/** What the command line names is not there, or cannot be read: 2, as where it is wrong in itself. */
const USAGE_CODES = new Set([
  'USAGE',
  'AUDIT_BAD_URL',
  'AWS_PROFILE_UNKNOWN',
  'CHAPTERS_MISSING',
  'CHAPTER_FOLDER_MISSING',
  'CODE_FOLDER_UNKNOWN',
  'COMMAND_NOT_STARTED',
  'LAMBDA_ENTRY_NOT_FOUND',
  'LOCAL_BAD_ARGUMENT',
  'STRESS_PLAN_INVALID',
  'STRESS_THRESHOLD_INVALID',
  'STRESS_FANOUT_INVALID',
  'STRESS_MODULE_NOT_FOUND',
  'ROLE_NAME_UNUSABLE',
  'ROLE_ARN_UNUSABLE',
  'ROLE_GRANT_UNREADABLE',
  'SESSION_ORDER_UNKNOWN',
  'SESSION_SCRIPT_MISSING',
  'SESSION_STEP_UNKNOWN',
  'STACK_FOLDER_MISSING',
  'TARGET_UNKNOWN',
]);

/** The exit code an error leads to. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CodedError)) return EXIT.failed;
  if (USAGE_CODES.has(error.code)) return EXIT.usage;
  return error.code === 'CANCELLED' ? EXIT.interrupted : EXIT.failed;
}

/** What is told of an error, in either form. */
interface FailureFacts {
  code: string;
  message: string;
  /** The server's, with what it tells beside its message. */
  sqlstate?: string;
  detail?: string;
  hint?: string;
  nextStep?: string;
}

function factsOf(error: unknown): FailureFacts {
  const coded = error instanceof CodedError ? error : undefined;
  const ofServer = (key: string): string | undefined => {
    const value = coded?.details?.[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    code: coded?.code ?? 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    sqlstate: ofServer('sqlstate'),
    detail: ofServer('detail'),
    hint: ofServer('hint'),
    nextStep: nextStepOf(error),
  };
}

/** The same error with the statement that it is of: told with the line in which the server found it. */
export function ofStatement(error: unknown, statement: string): unknown {
  if (!(error instanceof CodedError)) return error;
  const { code, message, nextStep, details } = error;
  return new CodedError(code, message, { nextStep, details: { ...details, statement }, cause: error.cause });
}

/** Cause and next step, for standard error. Details of the server (hint, detail) and the place in a statement are shown where there are any. */
export function failureText(error: unknown, style: Style): string {
  const { message, sqlstate, detail, hint, nextStep } = factsOf(error);
  const { statement, position } = (error instanceof CodedError && error.details) || {};
  const place =
    typeof statement === 'string' && typeof position === 'number' ? errorExcerpt(statement, position) : undefined;
  const more = [place, detail && `DETAIL: ${detail}`, hint && `HINT: ${hint}`, nextStep].filter(Boolean).join('\n');
  const state = sqlstate === undefined ? '' : ` (${sqlstate})`;
  return `${style.red('error:')} ${printable(message)}${state}${more ? `\n${printable(more)}` : ''}\n`;
}

/** What to do next: as the error says, or as the file system's own code does. */
function nextStepOf(error: unknown): string | undefined {
  if (error instanceof CodedError) return error.nextStep;
  const { syscall, path: file } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === 'mkdtemp' && file !== undefined)
    return `Set TMPDIR to a folder that is there and may be written to; it is ${path.dirname(file)}.`;
  return fileNextStep(error);
}

/** The same for programs: one JSON line. */
export const failureJson = (error: unknown): string => `${JSON.stringify({ error: factsOf(error) })}\n`;
