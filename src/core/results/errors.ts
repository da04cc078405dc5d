import { CodedError } from '../../base/errors';
import { fileNextStep } from '../../base/file-errors';

/** The disk quota of a result is used up. */
export const quotaReached = (quotaBytes: number, rowCount: number): CodedError =>
  new CodedError(
    'RESULT_QUOTA',
    `The result is larger than ${Math.round(quotaBytes / 1_048_576)} MB on disk; ${rowCount} rows were kept and fetching has stopped.`,
    { nextStep: 'Select fewer rows or columns, or raise the setting "dsqlWorkshop.results.maxDiskMegabytes".' },
  );

/** The user gave up sorting, searching, copying or exporting. */
export const jobCancelled = (): CodedError => new CodedError('CANCELLED', 'The work on the result was cancelled.');

/** A copy too large for the clipboard. */
export const copyTooLarge = (cells: number, limit: number): CodedError =>
  new CodedError('RESULT_COPY_TOO_LARGE', `${cells} cells are too many for the clipboard, which takes ${limit}.`, {
    nextStep: 'Export the result to a file instead.',
  });

/** Several ranges that do not make one table. */
export const copyNotATable = (): CodedError =>
  new CodedError('RESULT_COPY_RANGES', 'The selected ranges have neither the same rows nor the same columns.', {
    nextStep: 'Select ranges of the same rows or of the same columns.',
  });

/** The view asked for rows of an arrangement that is no more. */
export const staleVersion = (): CodedError =>
  new CodedError('RESULT_STALE', 'The result was arranged anew in the meantime.');

/** The result's file could not be written or read. */
export const storeFailed = (cause: unknown): CodedError =>
  new CodedError(
    'RESULT_STORE',
    `The temporary file of the result failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause, nextStep: 'Make room in the folder for temporary files and run the statement again.' },
  );

/** The file that rows were to be exported to could not be written. */
export const exportFailed = (file: string, cause: unknown): CodedError => {
  const { code, syscall, message } = cause as { code?: unknown; syscall?: unknown; message: string };
  return new CodedError(
    'RESULT_EXPORT',
    `${file} cannot be written: ${message.replace(/^Error: |, \w+ '.*$/gs, '')}.`,
    {
      cause,
      nextStep: fileNextStep({ code, syscall, path: file }) ?? 'Choose another folder.',
    },
  );
};

/** A request that names a result that is closed. */
export const unknownStore = (): CodedError =>
  new CodedError('RESULT_CLOSED', 'The result is closed.', { nextStep: 'Run the statement again.' });

/** What the user typed into a filter is no value of the column's type. */
export const filterValueInvalid = (value: string, kind: string): CodedError =>
  new CodedError('RESULT_FILTER_VALUE', `"${value}" is no ${kind}.`, {
    nextStep: 'Write the value as the column shows it, or filter by "contains".',
  });

/** The thread that keeps the rows has ended: out of memory, or the window is closing. */
export const threadEnded = (cause: unknown): CodedError =>
  new CodedError('RESULT_THREAD_ENDED', 'The thread that kept the rows has ended; they are gone.', {
    cause,
    nextStep: 'Run the statement again.',
  });
