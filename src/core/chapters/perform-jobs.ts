import { pause } from '../../base/abort';
import { CodedError } from '../../base/errors';
import type { JobInfo } from '../catalog/model';
import { CatalogReader } from '../catalog/reader';
import { JobTimelines } from '../indexes/job-timeline';
import type { Action, StepResult } from './contract';
import { cancelled } from './errors';
import type { Stage } from './stage';

const POLL_INTERVAL_MS = 250;

/**
 * Polls sys.jobs rather than calling sys.wait_for_job: that call may not outlive a transaction's five minutes. The states that were seen
 * are the result, and the progress meanwhile.
 */
export async function waitForJobs(
  { indexes, timeoutSeconds }: Extract<Action, { type: 'wait-for-jobs' }>,
  { ports, progress, signal }: Stage,
): Promise<StepResult> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  const reader = new CatalogReader((sql, params) => ports.database.query(sql, { params, signal }), signal);
  const timelines = new JobTimelines();
  for (;;) {
    const jobs = await reader.jobs();
    const builds = indexes.map(index => ({ index, job: latestBuild(index, jobs) }));
    timelines.observe(
      builds.flatMap(({ job }) => job ?? []),
      Date.now(),
    );
    const failed = builds.find(({ job }) => job?.status === 'failed');
    if (failed) throw buildFailed(failed.index, failed.job?.details ?? '');
    const waiting = builds.find(({ job }) => job?.status !== 'completed');
    const views = timelines.views(Date.now());
    if (!waiting) return { type: 'jobs', jobs: views };
    if (performance.now() > deadline) throw tooSlow(waiting.index, waiting.job?.status, timeoutSeconds);
    progress({ text: `${waiting.index}: ${waiting.job?.status ?? 'submitted'}`, jobs: views });
    await pause(POLL_INTERVAL_MS, signal);
    if (signal.aborted) throw cancelled();
  }
}

/** The newest build of an index of this name, in whatever schema; jobs come newest first. */
const latestBuild = (index: string, jobs: readonly JobInfo[]): JobInfo | undefined =>
  jobs.find(
    ({ type, objectName }) => type === 'INDEX_BUILD' && (objectName === index || objectName?.endsWith(`.${index}`)),
  );

const buildFailed = (index: string, details: string): CodedError =>
  new CodedError('JOB_FAILED', `building ${index} failed: ${details}`, {
    nextStep: `The index stays behind invalid. Remove it with DROP INDEX ${index}, then create it again.`,
  });

const tooSlow = (index: string, status: string | undefined, timeoutSeconds: number): CodedError =>
  new CodedError('JOB_TIMEOUT', `${index} is still ${status ?? 'not submitted'} after ${timeoutSeconds} s`, {
    nextStep: "Look at SELECT * FROM sys.jobs, and run the step's check later.",
  });
