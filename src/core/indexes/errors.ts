import { CodedError } from '../../base/errors';

export const noJobStarted = (sql: string): CodedError =>
  new CodedError('NO_JOB_STARTED', 'The statement started no job.', {
    nextStep: 'Look at sys.jobs, and whether the index is there already.',
    details: { sql },
  });

export const buildFailed = (index: string, reason: string | undefined): CodedError =>
  new CodedError('INDEX_BUILD_FAILED', `Building ${index} failed: ${reason ?? 'the service gave no reason'}`, {
    nextStep: 'The index stays behind INVALID. Drop it, remove the cause, and try again.',
  });

export const jobForgotten = (jobId: string): CodedError =>
  new CodedError('JOB_UNKNOWN', `sys.jobs does not know the job ${jobId} any more.`, {
    nextStep: 'Finished jobs are kept for some 30 minutes; look whether the index is valid.',
  });

export const draftRefused = (text: string): CodedError =>
  new CodedError('DRAFT_REFUSED', text, { nextStep: 'Change the index until nothing is marked as an error.' });

export const trialCancelled = (): CodedError => new CodedError('CANCELLED', 'cancelled');
