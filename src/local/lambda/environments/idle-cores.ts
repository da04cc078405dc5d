import os from 'node:os';

/** Milliseconds that all cores together have had so far, and those of them with nothing to do. */
export interface CoreTimes {
  total: number;
  idle: number;
}

/** How long is looked before an answer: the kernel counts in hundredths of a second, and what starts is busy for some tenths. */
const WINDOW_MS = 1_000;
/** A smaller share of idle time is what a machine has between two tasks of its own. */
const IDLE_SHARE = 0.25;

/**
 * Whether the machine has cores to spare. It looks only while somebody asks: an answer is of the last second, and each yes of a second of
 * its own, so that what was started by one is seen before the next.
 */
export class IdleCores {
  private since = -Infinity;
  private then: CoreTimes = { total: 0, idle: 0 };

  constructor(
    private readonly read: () => CoreTimes = coreTimes,
    /** Monotonic milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** True at the end of a second in which at least a quarter of all cores' time was idle. */
  found(): boolean {
    const now = this.now();
    if (now - this.since < WINDOW_MS) return false;
    const times = this.read();
    const total = times.total - this.then.total;
    const idle = times.idle - this.then.idle;
    // nobody has asked for long: that time says nothing of now
    const isFresh = now - this.since < 2 * WINDOW_MS;
    this.since = now;
    this.then = times;
    return isFresh && total > 0 && idle / total >= IDLE_SHARE;
  }
}

function coreTimes(): CoreTimes {
  const sum: CoreTimes = { total: 0, idle: 0 };
  for (const { times } of os.cpus()) {
    sum.idle += times.idle;
    sum.total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return sum;
}
