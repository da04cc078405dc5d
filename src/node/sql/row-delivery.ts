import type { SqlColumn, SqlSink, SqlValue } from '../../core/sql/contract';

/** A batch is delivered when it has this many rows … */
const BATCH_ROWS = 1_000;
/** … or this many characters, so that wide rows do not pile up … */
const BATCH_CHARACTERS = 256 * 1024;
/** … or this much time after its first row, so that a slow query shows what it has. */
const BATCH_DELAY_MS = 40;

/** The sending side, held back while the sink is busy. */
export interface RowFlow {
  pause(): void;
  resume(): void;
  /** The sink threw: nothing more can be delivered. */
  fail(error: unknown): void;
}

/**
 * Hands rows to a sink in batches, one call at a time, and holds the server back while the sink is busy: at most one batch is with the
 * sink and one is being filled, whatever the number and width of the rows.
 */
export class RowDelivery {
  private rows: SqlValue[][] = [];
  private characters = 0;
  private busy = false;
  private paused = false;
  private stopped = false;
  private first = true;
  private timer: NodeJS.Timeout | undefined;
  private waiting: (() => void)[] = [];
  /** Rows that were or will be delivered. */
  count = 0;
  /** There were more rows than the limit. */
  limited = false;

  /** @param maxRows rows to deliver at most; the others are dropped. */
  constructor(
    private readonly sink: SqlSink,
    private readonly flow: RowFlow,
    private readonly maxRows = Number.POSITIVE_INFINITY,
  ) {}

  columns(columns: SqlColumn[]): void {
    this.call(() => this.sink.columns(columns));
  }

  push(row: SqlValue[]): void {
    if (this.stopped) return;
    if (this.count >= this.maxRows) {
      this.limited = true;
      return;
    }
    this.count++;
    this.rows.push(row);
    for (const value of row) this.characters += value === null ? 1 : value.length;
    if (this.rows.length >= BATCH_ROWS || this.characters >= BATCH_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.first ? 0 : BATCH_DELAY_MS);
  }

  /** Resolves when the sink has taken everything, or nothing more is to be delivered. */
  async drained(): Promise<void> {
    this.flush();
    while (!this.stopped && (this.busy || this.rows.length > 0))
      await new Promise<void>(resolve => this.waiting.push(resolve));
  }

  /** Nothing is delivered from now on; what was not yet taken is dropped. */
  stop(): void {
    this.stopped = true;
    this.rows = [];
    clearTimeout(this.timer);
    this.release();
    this.wake();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stopped || this.rows.length === 0) return;
    if (this.busy) {
      if (this.rows.length >= BATCH_ROWS || this.characters >= BATCH_CHARACTERS) this.hold();
      return;
    }
    const rows = this.rows;
    this.rows = [];
    this.characters = 0;
    this.first = false;
    this.call(() => this.sink.rows(rows));
  }

  private call(deliver: () => void | Promise<void>): void {
    try {
      const settled = deliver();
      if (!settled) return;
      this.busy = true;
      settled.then(
        () => this.settled(),
        (error: unknown) => this.failed(error),
      );
    } catch (error) {
      this.failed(error);
    }
  }

  private settled(): void {
    this.busy = false;
    if (this.stopped) return;
    this.flush();
    this.release();
    this.wake();
  }

  private failed(error: unknown): void {
    this.busy = false;
    if (this.stopped) return;
    this.stop();
    this.flow.fail(error);
  }

  private hold(): void {
    if (this.paused) return;
    this.paused = true;
    this.flow.pause();
  }

  private release(): void {
    if (!this.paused) return;
    this.paused = false;
    this.flow.resume();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
