import type { JobPhaseView, JobTimelineView } from '../../protocol/job-timeline';
import { isRunning } from '../catalog/jobs';
import type { JobInfo } from '../catalog/model';
import { failureAdvice, runningAdvice } from './job-advice';

interface Seen {
  job: JobInfo;
  /** Each state with the moment it began, as well as it is known: milliseconds since the epoch. */
  states: { status: string; atMs: number }[];
}

/**
 * Remembers what was seen of jobs from look to look. `sys.jobs` holds one state and two times a job: the states between, and how long each
 * took, are known only to who kept looking.
 */
export class JobTimelines {
  private readonly seen = new Map<string, Seen>();

  /** Takes what a look at sys.jobs found. Jobs that it left out are kept as they were. */
  observe(jobs: readonly JobInfo[], nowMs: number): void {
    for (const job of jobs) {
      const known = this.seen.get(job.id);
      const startedMs = job.startedMs ?? nowMs;
      const states = known?.states ?? [{ status: 'submitted', atMs: startedMs }];
      const last = states.at(-1)!;
      if (last.status !== job.status)
        // the service's time of the change where it tells one, else the moment of the look; never before the state before it
        states.push({ status: job.status, atMs: Math.max(last.atMs, job.updatedMs ?? nowMs) });
      this.seen.set(job.id, { job, states });
    }
  }

  /** Whether anything that was seen has not come to its end. */
  get running(): boolean {
    return [...this.seen.values()].some(({ job }) => isRunning(job));
  }

  /**
   * What was seen so far, the newest job first.
   * @param rows of the table a job works on, where known: how long a build may take depends on them
   */
  views(nowMs: number, rows: (job: JobInfo) => number | undefined = () => undefined): JobTimelineView[] {
    return [...this.seen.values()]
      .sort((a, b) => (b.states[0]?.atMs ?? 0) - (a.states[0]?.atMs ?? 0))
      .map(seen => timelineView(seen, nowMs, rows(seen.job)));
  }

  /** The one job's timeline. */
  view(jobId: string, nowMs: number, rows?: number): JobTimelineView | undefined {
    const seen = this.seen.get(jobId);
    return seen && timelineView(seen, nowMs, rows);
  }
}

function timelineView({ job, states }: Seen, nowMs: number, rows: number | undefined): JobTimelineView {
  const running = isRunning(job);
  const startMs = states[0]!.atMs;
  const lastMs = states.at(-1)!.atMs;
  // clocks of the service and of this machine differ: time never runs backwards
  const endMs = running ? Math.max(nowMs, lastMs) : lastMs;
  const elapsedMs = endMs - startMs;
  const phases = states.map(({ status, atMs }, index): JobPhaseView => {
    const untilMs = states[index + 1]?.atMs ?? endMs;
    const durationMs = untilMs - atMs;
    return { status, fromMs: atMs - startMs, durationMs, share: elapsedMs > 0 ? durationMs / elapsedMs : 0 };
  });
  const state = running ? 'running' : job.status === 'failed' || job.status === 'cancelled' ? 'failed' : 'completed';
  const advice = state === 'failed' ? failureAdvice(job) : running ? runningAdvice(job, rows) : undefined;
  return {
    jobId: job.id,
    type: job.type,
    object: job.objectName ?? `object ${job.objectId}`,
    status: job.status,
    state,
    phases,
    elapsedMs,
    ...(job.details !== undefined && { details: job.details }),
    ...(advice !== undefined && { advice }),
  };
}
