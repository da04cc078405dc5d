import { CodedError } from '../../base/errors';

/** The texts of what can go wrong around running chapters. */
export const chapterErrors = {
  busy: (title: string) =>
    new CodedError('RUN_IN_PROGRESS', `“${title}” is still running.`, {
      nextStep: 'Wait until it ends, or cancel it.',
    }),
  busyElsewhere: (title: string, window: string) =>
    new CodedError('RUN_IN_OTHER_WINDOW', `“${title}” is running on this cluster in another window: ${window}.`, {
      nextStep: 'Wait until it ends there, or cancel it there. What it has done is shown here, too.',
    }),
  unknownChapter: (slug: string) =>
    new CodedError('CHAPTER_UNKNOWN', `There is no chapter “${slug}”.`, {
      nextStep: 'Choose one with “DSQL Workshop: Open Chapter…”.',
    }),
  unknownStep: (stepId: string) =>
    new CodedError('STEP_UNKNOWN', `This chapter has no step “${stepId}”.`, { nextStep: 'Open the chapter again.' }),
  noFullView: () =>
    new CodedError('RESULT_WITHOUT_VIEW', 'This result has no view of its own, or is not there any more.', {
      nextStep: 'Run the step again.',
    }),
  preparationFailed: (title: string, message: string | undefined) =>
    new CodedError(
      'CHAPTER_PREPARATION_FAILED',
      `What this chapter builds on could not be made: “${title}” failed${message ? `: ${message}` : '.'}`,
      {
        nextStep: 'Open the earlier chapter, run that step there, and look at its result.',
      },
    ),
  resetFailed: ({ message, nextStep }: { message?: string; nextStep?: string } = {}) =>
    new CodedError('RESET_FAILED', `The step could not be undone${message ? `: ${message}` : '.'}`, {
      nextStep: nextStep ?? 'Run the first chapter’s steps again, or delete the data directory to start over.',
    }),
  productionTarget: (name: string) =>
    refused(name, 'it is marked as production', 'Choose a cluster made for learning.'),
  readOnlyTarget: (name: string) =>
    refused(
      name,
      'it is read-only',
      'Allow writes with “DSQL Workshop: Toggle Read-Only”, or choose another connection.',
    ),
  notAdminTarget: (name: string, user: string) =>
    refused(name, `it connects as ${user}`, 'Choose a connection of the user admin: chapters create roles.'),
  roleMissing: (name: string) =>
    refused(
      name,
      'it names no execution role for the Lambda functions',
      'Choose it as the target again and give the role’s ARN, or write "lambdaRoleArn" into its entry of dsqlWorkshop.connections.',
    ),
  notTrusted: () =>
    new CodedError('WORKSPACE_NOT_TRUSTED', 'Chapters of a folder run statements, so they need a trusted workspace.', {
      nextStep: 'Trust the workspace with “Workspaces: Manage Workspace Trust”.',
    }),
  notAChapter: () =>
    new CodedError('NOT_A_CHAPTER', 'A preview needs an open chapter.md.', {
      nextStep: 'Open the chapter.md of a folder such as 50-my-chapter; “dsql-workshop new-chapter” makes one.',
    }),
};

function refused(name: string, why: string, nextStep: string): CodedError {
  return new CodedError('CHAPTER_TARGET_REFUSED', `Chapters do not run on “${name}”: ${why}.`, { nextStep });
}
