import { giveBuffer, POOLED_BYTES, takeBuffer } from './buffer-pool';

/** Where a session's answers go. */
export interface Sink {
  /** Takes the bytes, and calls `written` when it needs the buffer no more. */
  write(bytes: Buffer, written?: () => void): void;
  /** Takes several buffers; one write where possible. */
  writeAll(parts: Buffer[]): void;
  /** Bytes accepted but not yet taken by the network. */
  readonly pendingBytes: number;
  /** Calls `listener` once, when the network has taken what was written. */
  onDrain(listener: () => void): void;
}

/** A place in the output to which it can be cut back. */
export interface Mark {
  /** How often the output had been flushed. */
  flushes: number;
  parts: number;
  used: number;
}

/** From this much output on, rows are sent on without waiting for the end of the statement. */
const FLUSH_BYTES = 64 * 1024;
/** So much of a statement's answer waits for its end. */
const MOST_HELD_BYTES = 32 * 1024 * 1024;
/** From this much output not taken by the client on, PostgreSQL is not read. */
const HIGH_WATER_BYTES = 1024 * 1024;
/** So few are copied one by one: for part of a buffer `copy` makes a view of it first, which the collector has to clear away. */
const FEW_BYTES = 64;

/**
 * Collects a session's answers, so that a whole batch leaves in one write. What is pushed is copied: into a pooled buffer as long as it
 * is little, so that an answer costs no allocation and an idle session no memory.
 */
export class Output {
  /** Filled buffers, in order. */
  private parts: Buffer[] = [];
  private partsBytes = 0;
  private current: Buffer | undefined;
  private used = 0;
  private flushes = 0;
  /** While set nothing leaves: what was collected may yet be cut back. */
  held = false;
  /** The same, for more than one flight. */
  holdOn = false;

  constructor(private readonly sink: Sink) {}

  push(bytes: Buffer): void {
    this.pushRange(bytes, 0, bytes.length);
  }

  /** Pushes a part of a buffer that the caller may use again at once. */
  pushRange(source: Buffer, from: number, to: number): void {
    const bytes = to - from;
    if (!this.current || this.used + bytes > this.current.length) this.makeRoom(bytes);
    const { current, used } = this;
    if (bytes > FEW_BYTES) source.copy(current!, used, from, to);
    else for (let at = 0; at < bytes; at++) current![used + at] = source[from + at]!;
    this.used = used + bytes;
  }

  private makeRoom(bytes: number): void {
    if (this.current) {
      if (this.used > 0) {
        this.parts.push(this.current.subarray(0, this.used));
        this.partsBytes += this.used;
      } else giveBuffer(this.current);
    }
    this.used = 0;
    this.current =
      this.partsBytes === 0 && bytes <= POOLED_BYTES
        ? takeBuffer()
        : Buffer.allocUnsafeSlow(Math.max(bytes, FLUSH_BYTES));
  }

  mark(): Mark {
    return { flushes: this.flushes, parts: this.parts.length, used: this.used };
  }

  /** Forgets what was pushed since `mark`, as far as it has not been flushed. */
  cut(mark: Mark): void {
    if (mark.flushes !== this.flushes) mark = { flushes: this.flushes, parts: 0, used: 0 };
    if (this.parts.length > mark.parts) {
      this.current = this.parts[mark.parts];
      this.parts.length = mark.parts;
      this.partsBytes = this.parts.reduce((sum, part) => sum + part.length, 0);
    }
    this.used = mark.used;
  }

  /** Too much is held to be held on to. */
  get overfull(): boolean {
    return this.partsBytes >= MOST_HELD_BYTES && (this.held || this.holdOn);
  }

  /** Sends what is collected when it is much and may leave. */
  spill(): void {
    if (this.partsBytes + this.used >= FLUSH_BYTES && !this.held && !this.holdOn) this.flush();
  }

  flush(): void {
    const { current, used } = this;
    if (!current || this.partsBytes + used === 0) return;
    this.current = undefined;
    this.used = 0;
    this.flushes++;
    if (this.partsBytes > 0) {
      this.sink.writeAll([...this.parts, current.subarray(0, used)]);
      this.parts = [];
      this.partsBytes = 0;
    } else if (current.length === POOLED_BYTES) {
      this.sink.write(current.subarray(0, used), () => giveBuffer(current));
    } else this.sink.write(current.subarray(0, used));
  }

  /** The client does not take what it asked for. */
  get congested(): boolean {
    return this.sink.pendingBytes > HIGH_WATER_BYTES;
  }

  onDrain(listener: () => void): void {
    this.sink.onDrain(listener);
  }
}
