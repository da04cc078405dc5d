import { Emitter } from '../../base/events';
import type { Disposable } from '../../base/lifecycle';
import { isRunning } from '../../core/catalog/jobs';
import type { JobInfo } from '../../core/catalog/model';

/** Between two looks at sys.jobs while one of them runs. Each look is billed on AWS. */
const LOOK_EVERY_MS = 2_000;

export interface JobFollowerPorts {
  jobs(profileId: string): Promise<JobInfo[]>;
  /** Nothing is asked while the tree cannot be seen. */
  isVisible(): boolean;
  setTimer?(run: () => void, delayMs: number): Disposable;
}

/** Follows running jobs until they end, while the tree is visible. */
export class JobFollower implements Disposable {
  private readonly looked = new Emitter<{ profileId: string; jobs: JobInfo[] }>();
  /** After each look: what it found can be taken once, so that drawing it needs no second question. */
  readonly onDidLook = this.looked.event;
  private readonly ended = new Emitter<{ profileId: string; job: JobInfo }>();
  readonly onDidEnd = this.ended.event;
  private readonly running = new Map<string, Map<string, JobInfo>>();
  private readonly fresh = new Map<string, JobInfo[]>();
  private timer: Disposable | undefined;
  private disposed = false;

  constructor(private readonly ports: JobFollowerPorts) {}

  /** Jobs as somebody has just read them. */
  note(profileId: string, jobs: JobInfo[]): void {
    const before = this.running.get(profileId) ?? new Map<string, JobInfo>();
    const now = new Map(jobs.filter(isRunning).map(job => [job.id, job]));
    this.running.set(profileId, now);
    for (const id of before.keys()) {
      const job = now.has(id) ? undefined : jobs.find(candidate => candidate.id === id);
      if (job) this.ended.fire({ profileId, job });
    }
    this.schedule();
  }

  /** What the last look found, once. */
  take(profileId: string): JobInfo[] | undefined {
    const jobs = this.fresh.get(profileId);
    this.fresh.delete(profileId);
    return jobs;
  }

  /** Goes on after the tree was hidden. */
  resume(): void {
    this.schedule();
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.dispose();
    this.looked.dispose();
    this.ended.dispose();
  }

  private schedule(): void {
    if (this.timer || this.disposed || !this.ports.isVisible()) return;
    if (![...this.running.values()].some(jobs => jobs.size > 0)) return;
    this.timer = (this.ports.setTimer ?? timeout)(() => void this.look(), LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    const busy = [...this.running].filter(([, jobs]) => jobs.size > 0).map(([profileId]) => profileId);
    if (this.ports.isVisible()) await Promise.all(busy.map(profileId => this.lookAt(profileId)));
    this.timer = undefined;
    this.schedule();
  }

  private async lookAt(profileId: string): Promise<void> {
    try {
      const jobs = await this.ports.jobs(profileId);
      if (this.disposed) return;
      this.fresh.set(profileId, jobs);
      this.looked.fire({ profileId, jobs });
      this.note(profileId, jobs);
    } catch {
      // the connection is gone: the tree shows that when it is asked next
      this.running.delete(profileId);
      this.fresh.delete(profileId);
    }
  }
}

function timeout(run: () => void, delayMs: number): Disposable {
  const timer = setTimeout(run, delayMs);
  return { dispose: () => clearTimeout(timer) };
}
