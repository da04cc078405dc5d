import { CodedError } from '../../base/errors';

export const folderMalformed = (file: string, problem: string): CodedError =>
  new CodedError('CODE_FOLDER_MALFORMED', `${file}: ${problem}`, {
    nextStep:
      'Make it look like { "workshop": { "functions": { "transfer": "lambda" } } }, or start the workshop in another folder.',
    details: { file },
  });

export const notAFolder = (directory: string): CodedError =>
  new CodedError('CODE_FOLDER_UNKNOWN', `${directory} is no workshop folder: it holds no dsql-workshop.json`, {
    nextStep: 'Make one with "DSQL Workshop: Start the Workshop", or: dsql-workshop start <folder>',
  });

export const filesInTheWay = (directory: string, paths: readonly string[]): CodedError =>
  new CodedError(
    'CODE_FOLDER_NOT_EMPTY',
    `${directory} already holds ${paths.slice(0, 8).join(', ')}${paths.length > 8 ? ` and ${paths.length - 8} more` : ''}`,
    { nextStep: 'Choose another folder, or add only what is missing: --add-missing', details: { paths } },
  );

export const notWritable = (directory: string, { message }: Error, cause: unknown): CodedError =>
  new CodedError(
    'CODE_FOLDER_NOT_WRITABLE',
    `nothing can be written into ${directory}: ${message.replace(/, \w+ '.*$/s, '')}`,
    { cause, nextStep: 'Start the workshop in a folder that you may write to, or have it allowed there.' },
  );

export const stepWithoutCode = ({ title }: { title: string }): CodedError =>
  new CodedError('STEP_WITHOUT_CODE', `the step "${title}" deploys no code of yours`, {
    nextStep: "Steps that change code are those with a Deploy block of the chapter's own function.",
  });

export const nothingApplied = ({ title }: { title: string }): CodedError =>
  new CodedError('NOTHING_APPLIED', `no solution of the step "${title}" was applied that could be undone`, {
    nextStep: "Apply it first, or use the editor's own undo.",
  });

export const editedSince = (paths: readonly string[]): CodedError =>
  new CodedError('EDITED_SINCE_APPLIED', `changed since the solution was applied: ${paths.join(', ')}`, {
    nextStep: 'Undo it all the same (what you have now is kept aside), or keep your changes.',
    details: { paths },
  });

export const backupMalformed = (file: string): CodedError =>
  new CodedError('BACKUP_MALFORMED', `${file} is not what the workshop wrote there`, {
    nextStep: 'Put your code back by hand, from version control or the editor’s Timeline, and delete the file.',
  });
