import { CodedError } from '../../base/errors';
import { OUTPUTS_FILE, STACK_FOLDER } from './contract';

export const stackFolderMissing = (directory: string): CodedError =>
  new CodedError('STACK_FOLDER_MISSING', `${directory} has no ${STACK_FOLDER}: there is no stack to work with`, {
    nextStep: 'Add it from the starter kit, which overwrites nothing: dsql-workshop start <folder> --add-missing',
  });

export const stackPackagesMissing = (directory: string, names: readonly string[]): CodedError =>
  new CodedError('STACK_PACKAGES_MISSING', `not installed in ${directory}: ${names.join(', ')}`, {
    nextStep: `Install them: npm run cdk:install (in ${directory}), or dsql-workshop stack install`,
    details: { directory, names },
  });

export const installFailed = (directory: string, exitCode: number | null, lines: readonly string[]): CodedError =>
  new CodedError(
    'STACK_INSTALL_FAILED',
    `npm install in ${directory} ended with ${exitCode ?? 'a signal'}: ${lines.join(' ')}`,
    {
      nextStep: 'Read what npm printed; without a network, try again with one.',
    },
  );

export const noProgram = (program: string, cause: unknown): CodedError =>
  new CodedError('STACK_PROGRAM_MISSING', `${program} cannot be started`, {
    nextStep: 'Install Node.js 20 or later with npm (https://nodejs.org), so that both are on the PATH.',
    cause,
  });

export const notDeployed = (file: string): CodedError =>
  new CodedError('STACK_NOT_DEPLOYED', `no outputs of a stack in ${file}`, {
    nextStep: 'Deploy it first: dsql-workshop stack deploy, or “DSQL Workshop: Deploy Stack…”.',
  });

export const outputsMalformed = (file: string, problem: string): CodedError =>
  new CodedError('STACK_OUTPUTS_MALFORMED', `${file}: ${problem}`, {
    nextStep: `Deploy once more; the CDK writes ${OUTPUTS_FILE} anew.`,
  });

export const targetsUnreadable = (file: string, problem: string): CodedError =>
  new CodedError('STACK_TARGET_NOT_WRITTEN', `${file} was left as it is: ${problem}`, {
    nextStep: 'Correct the file, or give the target another name with --save-target.',
  });

/** @param begun a command that changes things in AWS had been started */
export const stackCancelled = (begun: boolean): CodedError =>
  begun
    ? new CodedError('CANCELLED', 'cancelled here; what CloudFormation had begun goes on in AWS', {
        nextStep: 'See what became of it in the CloudFormation console, or run the command again.',
      })
    : new CodedError('CANCELLED', 'cancelled; nothing was changed in AWS');
