import type { JobState } from '../../core/sql/job-watch';

/** One line of a job's state. */
export const describeJob = ({ type, object, status, jobId }: JobState): string =>
  `${type} ${object ?? jobId}: ${status}`;

/** Ends early, without an error, when the signal comes: whoever waits looks at it next. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
