import type { Schedule } from '../core/stress/schedule';
import { Calls, type CallParts } from './calls';
import type { Loop } from './loop';

/** What an open loop works with. */
export interface OpenLoopParts extends CallParts {
  schedule: Schedule;
  /** This worker makes the calls `first`, `first + step`… of the schedule. */
  first: number;
  step: number;
  /** At most this many are made. */
  calls: number;
  /** A call that is due while so many are out is dropped. */
  inFlight: number;
}

/** Calls that are started in a row before answers are looked at again. */
const STARTS_AT_ONCE = 64;

/**
 * An open loop: a call starts when the schedule says so, whether or not earlier ones have been answered, and its latency counts from
 * then. After a stall of this thread the calls that are overdue are sent at once, a few at a time; the wait is part of their latency.
 * A call that finds `inFlight` calls out is dropped and counted, never put off.
 */
export class OpenLoop implements Loop {
  private readonly calls: Calls;
  private next: number;
  private timer?: NodeJS.Timeout;
  private immediate?: NodeJS.Immediate;
  private over = false;

  constructor(private readonly parts: OpenLoopParts) {
    this.calls = new Calls(parts, () => this.finishWhenDone());
    this.next = parts.first;
  }

  run(): Promise<null> {
    this.tick();
    return this.calls.done;
  }

  stop(graceMs: number): Promise<void> {
    this.end();
    return this.calls.stop(graceMs);
  }

  private readonly tick = (): void => {
    const { schedule, counters, inFlight, step, now, calls, warmupMs, window } = this.parts;
    for (let starts = 0; ;) {
      if (this.over) return;
      const dueAt = this.calls.started < calls ? schedule.timeOf(this.next) : undefined;
      if (dueAt === undefined) {
        this.end();
        return;
      }
      const waitMs = dueAt - now();
      if (waitMs > 0) {
        // timers count whole milliseconds and are never early
        this.timer = setTimeout(this.tick, Math.max(1, Math.floor(waitMs)));
        return;
      }
      if (starts === STARTS_AT_ONCE) {
        this.immediate = setImmediate(this.tick);
        return;
      }
      this.next += step;
      starts++;
      if (this.calls.inFlight < inFlight) {
        if (dueAt >= warmupMs) counters.sentLate(-waitMs);
        this.calls.start(dueAt);
      } else if (dueAt < warmupMs) counters.warmupDropped();
      else {
        window.dropped(dueAt - waitMs);
        counters.dropped();
      }
    }
  };

  private end(): void {
    this.over = true;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.finishWhenDone();
  }

  private finishWhenDone(): void {
    if (this.over && this.calls.inFlight === 0) this.calls.finish();
  }
}
