/** More failures in a row than this end the supervision. A run of a minute counts as healthy. */
const MAX_FAILURES = 5;
const HEALTHY_MS = 60_000;
/** How often a PostgreSQL that found no space on its disk is tried again. */
const FULL_DISK_MS = 500;

/** Whether, and how soon, a PostgreSQL that has died is started again. Deaths of a full disk are no fault of its own: it waits for space. */
export class RestartPolicy {
  private failures = 0;
  private startedMs: number;
  private waiting = false;

  /** @param onDiskFull called when a wait for space begins @param nowMs monotonic */
  constructor(
    private readonly onDiskFull: () => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.startedMs = nowMs();
  }

  /** It runs. */
  started(): void {
    this.startedMs = this.nowMs();
    this.waiting = false;
  }

  /** It has stopped, having run. @returns milliseconds until it is to be started; undefined: no more */
  died(diskFull: boolean): number | undefined {
    if (this.nowMs() - this.startedMs > HEALTHY_MS) this.failures = 0;
    if (diskFull) return this.waitForSpace();
    return ++this.failures > MAX_FAILURES ? undefined : 0;
  }

  /** It did not come up. @returns milliseconds until it is to be started; undefined: no more */
  didNotStart(diskFull: boolean): number | undefined {
    if (diskFull) return this.waitForSpace();
    return ++this.failures > MAX_FAILURES ? undefined : 100 * (this.failures - 1);
  }

  /** Whether it waits for space on its disk. */
  get awaitsSpace(): boolean {
    return this.waiting;
  }

  /** How often it failed in a row. */
  get failed(): number {
    return this.failures;
  }

  private waitForSpace(): number {
    if (!this.waiting) this.onDiskFull();
    this.waiting = true;
    return FULL_DISK_MS;
  }
}
