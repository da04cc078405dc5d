/** Invocations that wait for an environment, first come first served. */
import type { Job } from './environment';

/** A job that may be given up while it waits. */
export interface WaitingJob extends Job {
  /** The caller is gone: do not run it. */
  isAbandoned(): boolean;
  /** It will not be run. */
  refuse(error: Error): void;
}

export class JobQueue {
  private items: WaitingJob[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(job: WaitingJob): void {
    this.items.push(job);
  }

  shift(): WaitingJob | undefined {
    if (this.head === this.items.length) return undefined;
    const job = this.items[this.head++];
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return job;
  }
}
