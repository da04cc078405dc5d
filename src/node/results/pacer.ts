import { jobCancelled } from '../../core/results/errors';

/** How long a job works before it lets other requests through. */
const SLICE_MS = 12;
const PROGRESS_MS = 80;

/** Lets a long job of the thread breathe: others are served between its slices, it tells how far it is, and it can be stopped. */
export class Pacer {
  private stopped = false;
  private sliceEnd = performance.now() + SLICE_MS;
  private lastProgress = performance.now();

  constructor(private readonly progress: (fraction: number) => void) {}

  stop(): void {
    this.stopped = true;
  }

  /** Call often. Rejects with `CANCELLED` once the job is stopped. */
  async pace(fraction: number): Promise<void> {
    const now = performance.now();
    if (now < this.sliceEnd) return;
    if (now - this.lastProgress >= PROGRESS_MS) {
      this.lastProgress = now;
      this.progress(Math.min(1, Math.max(0, fraction)));
    }
    await new Promise<void>(resolve => setImmediate(resolve));
    if (this.stopped) throw jobCancelled();
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  /** Share `from`..`to` of this job, as a job of its own. */
  part(from: number, to: number): { pace(fraction: number): Promise<void> } {
    return { pace: fraction => this.pace(from + fraction * (to - from)) };
  }
}

/** What a step of a job needs of its pacer. */
export type Pace = Pick<Pacer, 'pace'>;
