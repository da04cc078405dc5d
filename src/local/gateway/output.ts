/** Where a session's answers go. */
export interface Sink {
  /** Takes the buffers; one write where possible. */
  write(parts: Buffer[], bytes: number): void;
  /** Bytes accepted but not yet taken by the network. */
  readonly pendingBytes: number;
  /** Calls `listener` once, when the network has taken what was written. */
  onDrain(listener: () => void): void;
}

/** A place in the output to which it can be cut back. */
export interface Mark {
  parts: number;
  bytes: number;
}

/** From this much output on, rows are sent on without waiting for the end of the statement. */
const FLUSH_BYTES = 64 * 1024;
/** From this much output not taken by the client on, PostgreSQL is not read. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** Collects a session's answers, so that a whole batch leaves in one write. */
export class Output {
  private parts: Buffer[] = [];
  private bytes = 0;
  /** While set nothing leaves: what was collected may yet be cut back. */
  held = false;

  constructor(private readonly sink: Sink) {}

  push(bytes: Buffer): void {
    this.parts.push(bytes);
    this.bytes += bytes.length;
  }

  mark(): Mark {
    return { parts: this.parts.length, bytes: this.bytes };
  }

  /** Forgets what was pushed since `mark`; nothing may have been flushed in between. */
  cut(mark: Mark): void {
    this.parts.length = mark.parts;
    this.bytes = mark.bytes;
  }

  /** Sends what is collected when it is much and may leave. */
  spill(): void {
    if (this.bytes >= FLUSH_BYTES && !this.held) this.flush();
  }

  flush(): void {
    if (this.bytes === 0) return;
    this.sink.write(this.parts, this.bytes);
    this.parts = [];
    this.bytes = 0;
  }

  /** The client does not take what it asked for. */
  get congested(): boolean {
    return this.sink.pendingBytes > HIGH_WATER_BYTES;
  }

  onDrain(listener: () => void): void {
    this.sink.onDrain(listener);
  }
}
