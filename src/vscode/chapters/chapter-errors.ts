import { CodedError } from '../../base/errors';

/** The texts of what can go wrong around running chapters. */
export const chapterErrors = {
  busy: (title: string) =>
    new CodedError('RUN_IN_PROGRESS', `“${title}” is still running.`, {
      nextStep: 'Wait until it ends, or cancel it.',
    }),
  unknownChapter: (slug: string) =>
    new CodedError('CHAPTER_UNKNOWN', `There is no chapter “${slug}”.`, {
      nextStep: 'Choose one with “DSQL Workshop: Open Chapter”.',
    }),
  unknownStep: (stepId: string) =>
    new CodedError('STEP_UNKNOWN', `This chapter has no step “${stepId}”.`, { nextStep: 'Open the chapter again.' }),
  preparationFailed: (title: string, message: string | undefined) =>
    new CodedError(
      'CHAPTER_PREPARATION_FAILED',
      `What this chapter builds on could not be made: “${title}” failed${message ? `: ${message}` : '.'}`,
      {
        nextStep: 'Open the earlier chapter, run that step there, and look at its result.',
      },
    ),
  resetFailed: (message: string | undefined) =>
    new CodedError('RESET_FAILED', `The step could not be undone${message ? `: ${message}` : '.'}`, {
      nextStep: 'Run the first chapter’s steps again, or delete the data directory to start over.',
    }),
};
