import type { JobState } from '../../core/sql/job-watch';

/** One line of a job's state. */
export const describeJob = ({ type, object, status, jobId }: JobState): string =>
  `${type} ${object ?? jobId}: ${status}`;
