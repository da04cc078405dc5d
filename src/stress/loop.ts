import type { BatchBarrier } from './batch-barrier';
import { Calls, type CallParts } from './calls';

/** A worker's loop, whichever it is. */
export interface Loop {
  /** Makes the calls. Resolves when the last one ended, or `stop` gave up on it. */
  run(): Promise<null>;
  /** See `Calls.stop`. */
  stop(graceMs: number): Promise<void>;
}

/** What a closed loop works with. */
export interface ClosedLoopParts extends CallParts {
  calls: number;
  inFlight: number;
  /** The next `inFlight` calls start when all of the last ones have ended. */
  batches?: boolean;
  /** With `batches`: where other workers' parts of a batch are waited for. */
  barrier?: Pick<BatchBarrier, 'arrive' | 'leave'>;
  /** No call is started after this; absent: no limit. */
  durationMs?: number;
}

/**
 * A closed loop: `inFlight` calls at a time until `calls` have been made or the time is over; each call that ends starts the next.
 * Latency runs from the moment a call is due until its answer is read, so waiting for a connection and signing count.
 */
export class ClosedLoop implements Loop {
  private readonly calls: Calls;
  private pumping = false;
  /** This worker's part of a batch has been started. */
  private batchBegan = false;
  /** It has ended, and others' parts have not. */
  private waiting = false;

  constructor(private readonly parts: ClosedLoopParts) {
    this.calls = new Calls(parts, () => this.pump());
  }

  run(): Promise<null> {
    this.pump();
    return this.calls.done;
  }

  stop(graceMs: number): Promise<void> {
    return this.calls.stop(graceMs);
  }

  private pump(): void {
    // A transport may settle before `send` returns: this loop then goes on, it does not recurse.
    if (this.pumping) return;
    this.pumping = true;
    const { calls } = this;
    const { inFlight, batches } = this.parts;
    do {
      if (batches && !this.nextBatch()) break;
      while (calls.inFlight < inFlight && !this.over()) calls.start(this.parts.now());
    } while (batches && calls.inFlight === 0 && !this.over());
    this.pumping = false;
    // one that waits has been counted as arrived: it leaves when the others let it go on
    if (calls.inFlight === 0 && this.over() && !this.waiting) {
      this.parts.barrier?.leave();
      calls.finish();
    }
  }

  /** Whether the next batch may start now; otherwise `pump` is called when it may. */
  private nextBatch(): boolean {
    if (this.calls.inFlight > 0 || this.waiting) return false;
    if (this.batchBegan && !this.over() && this.parts.barrier) {
      this.waiting = true;
      this.parts.barrier.arrive(() => {
        this.waiting = false;
        this.batchBegan = false;
        this.pump();
      });
      if (this.waiting) return false;
    }
    this.batchBegan = true;
    return true;
  }

  private over(): boolean {
    const { calls, durationMs, now } = this.parts;
    if (this.calls.stopping || this.calls.started >= calls) return true;
    return durationMs !== undefined && now() >= durationMs;
  }
}
