/** What a commit adds. */
const STEP = 0.1;
/** What a conflict leaves. */
const KEPT = 0.9;

/**
 * How many PostgreSQL connections work for clients at a time, where transactions conflict. One that has to lose costs more than one that
 * commits, and the more run at the same time on the same rows, the more of them lose: so conflicts lower the number, and commits raise it
 * again (additive increase, multiplicative decrease, as TCP finds its window). Who waits for a connection has no snapshot yet, and loses
 * nothing. Below `least` it does not fall: fewer would hide from clients what DSQL does to them.
 */
export class WorkingLimit {
  private limit: number;

  constructor(
    private readonly most: number,
    private readonly least: number,
  ) {
    this.limit = most;
  }

  /** Infinite as long as conflicts are rare. */
  get value(): number {
    return this.limit < this.most ? this.limit : Infinity;
  }

  /** A transaction that wrote has committed. */
  committed(): void {
    this.limit = Math.min(this.most, this.limit + STEP);
  }

  /** A transaction has lost to another one. */
  conflicted(): void {
    this.limit = Math.max(this.least, this.limit * KEPT);
  }
}
