import type { JobTimelineView } from '../../protocol/job-timeline';
import { isRunning } from '../catalog/jobs';
import type { JobInfo } from '../catalog/model';
import { buildFailed, jobForgotten, trialCancelled } from './errors';
import { JobTimelines } from './job-timeline';

export interface FollowPorts {
  job(): Promise<JobInfo | undefined>;
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  now(): number;
  signal: AbortSignal;
  /** Of the table, where known. */
  rows?: number;
  /** After each look. */
  onTimeline?(timeline: JobTimelineView, job: JobInfo): void;
}

const FIRST_LOOK_MS = 200;
const SLOWEST_LOOK_MS = 3_000;

/**
 * Looks at a job until it has ended: soon at first, then every few seconds, since each look is billed. No transaction is held open.
 * Rejects with `INDEX_BUILD_FAILED`, `JOB_UNKNOWN`, `CANCELLED`, or what a look rejects with.
 */
export async function followJob(jobId: string, ports: FollowPorts): Promise<JobInfo> {
  const timelines = new JobTimelines();
  for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(SLOWEST_LOOK_MS, delayMs * 1.5)) {
    if (ports.signal.aborted) throw trialCancelled();
    const job = await ports.job();
    if (!job) throw jobForgotten(jobId);
    timelines.observe([job], ports.now());
    const timeline = timelines.view(jobId, ports.now(), ports.rows);
    if (timeline) ports.onTimeline?.(timeline, job);
    if (timeline?.state === 'failed') throw buildFailed(job.objectName ?? 'the index', job.details);
    if (!isRunning(job)) return job;
    await ports.sleep(delayMs, ports.signal);
  }
}
