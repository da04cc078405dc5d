/**
 * Has the checks verified again after the state changed: once for many changes that come together, one pass at a time, none while a run
 * is under way. A pass asks for no further one, so there is no end without quiet.
 */
export class Rechecks {
  private timer: NodeJS.Timeout | undefined;
  private pass: { abort: AbortController; ended: Promise<void> } | undefined;
  private wanted = false;
  private held = false;
  private closed = false;

  /**
   * @param verify must not reject.
   * @param quietMs how long things may settle: a script of many statements changes the state many times.
   */
  constructor(
    private readonly verify: (signal: AbortSignal) => Promise<void>,
    private readonly quietMs: () => number,
  ) {}

  /** Something changed. `at once`: somebody waits for it. */
  request(atOnce = false): void {
    if (this.closed) return;
    this.wanted = true;
    if (this.held || this.pass) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), atOnce ? 0 : this.quietMs());
  }

  /** A run begins: the pass under way is given up, and none starts until `release`. */
  async hold(): Promise<void> {
    this.held = true;
    clearTimeout(this.timer);
    if (!this.pass) return;
    this.wanted = true;
    this.pass.abort.abort();
    await this.pass.ended;
  }

  /** The run is over; what it changed is looked at. */
  release(): void {
    this.held = false;
    this.request();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.hold();
  }

  private start(): void {
    this.wanted = false;
    const abort = new AbortController();
    const ended = this.verify(abort.signal).finally(() => {
      this.pass = undefined;
      if (this.wanted && !this.held) this.request();
    });
    this.pass = { abort, ended };
  }
}
