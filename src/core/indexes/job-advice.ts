import { shortDuration } from '../catalog/jobs';
import type { JobInfo } from '../catalog/model';
import { roundedCount } from '../catalog/size-class';

/** Rows a build gets through in a second: 11 million took some 12 minutes (reports of 2026). */
const ROWS_PER_SECOND = 15_000;
/** Small tables take 2 to 60 seconds whatever their size: jobs are taken up one after the other. */
const SHORTEST_MS = 2_000;
const USUAL_MS = 60_000;

/** How long a running job may take. `sys.jobs` tells no percentage, so this is experience, not progress. */
export function runningAdvice(job: JobInfo, rows?: number): string | undefined {
  if (job.type !== 'INDEX_BUILD') return undefined;
  const longMs = rows === undefined ? 0 : (rows / ROWS_PER_SECOND) * 1_000;
  if (longMs <= USUAL_MS)
    return `Small tables take ${shortDuration(SHORTEST_MS)} to ${shortDuration(USUAL_MS)} on the service; sys.jobs tells no percentage.`;
  return `${roundedCount(rows ?? 0)} rows take about ${shortDuration(longMs)} at ${roundedCount(ROWS_PER_SECOND)} rows a second; sys.jobs tells no percentage.`;
}

const DUPLICATE = /duplicate key/i;

/** What a failed job leaves behind, and the way on. */
export function failureAdvice(job: JobInfo): string {
  if (job.type === 'INDEX_BUILD')
    return DUPLICATE.test(job.details ?? '')
      ? 'Rows that are there have the same key: the index stays behind INVALID, and still refuses new duplicates. Drop it, remove the duplicates, create it again.'
      : 'The index stays behind INVALID: no query uses it, every write pays for it, and IF NOT EXISTS takes it for done. Drop it, then create it again.';
  if (job.type === 'VALIDATE_CONSTRAINT')
    return 'The constraint stays NOT VALID: new rows are checked, rows that break it are still there. Correct them, then validate again.';
  return 'Look at the details; the job can be started again.';
}
