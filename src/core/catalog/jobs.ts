import type { IndexInfo, JobInfo } from './model';

/** Whether a job has still to do something. Words that came later count as finished unless they are known to be not. */
export const isRunning = (job: JobInfo): boolean => job.status === 'submitted' || job.status === 'processing';

/** Milliseconds from a job's submission until its end, or until `nowMs` while it runs. */
export function jobDurationMs(job: JobInfo, nowMs: number): number | undefined {
  if (job.startedMs === undefined) return undefined;
  const endMs = isRunning(job) ? nowMs : job.updatedMs;
  return endMs === undefined ? undefined : Math.max(0, endMs - job.startedMs);
}

/** `0.4 s`, `12 s`, `3 min 5 s` */
export function shortDuration(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `invalid`: no job builds it any more; it serves no query and has to be dropped. */
export type IndexState = 'valid' | 'building' | 'invalid';

/** An index that is not valid is being built while a job says so; otherwise its build failed and it has to be dropped. */
export function indexState(index: IndexInfo, jobs: readonly JobInfo[]): IndexState {
  if (index.valid) return 'valid';
  return jobs.some(job => isRunning(job) && job.type === 'INDEX_BUILD' && job.objectId === index.oid)
    ? 'building'
    : 'invalid';
}
