/**
 * Where an environment's output goes: memory shared with the host, so that printing costs no message and nothing printed is lost
 * when the environment is stopped in the middle of an endless loop.
 * Layout: bytes 0..3 the length written, bytes 4..7 how often it was begun anew (Int32, atomic), from byte 8 UTF-8 text.
 */
const HEADER_BYTES = 8;
const LENGTH = 0;
const BEGINNINGS = 1;
const CAPACITY_BYTES = 64 * 1024;

export function createLogMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + CAPACITY_BYTES);
}

/** The environment's side. */
export class LogWriter {
  private readonly header: Int32Array;
  private readonly bytes: Buffer;
  private used = 0;
  private overflowing = false;

  /** `onOverflow` gets what no longer fits; from then on everything until `restart`, so that the order is kept. */
  constructor(
    memory: SharedArrayBuffer,
    private readonly onOverflow: (text: string) => void,
  ) {
    this.header = new Int32Array(memory, 0, 2);
    this.bytes = Buffer.from(memory, HEADER_BYTES);
  }

  write(text: string): void {
    if (this.overflowing || text.length * 3 > CAPACITY_BYTES - this.used) {
      this.overflowing = true;
      this.onOverflow(text);
      return;
    }
    this.used += this.bytes.write(text, this.used);
    Atomics.store(this.header, LENGTH, this.used);
  }

  /** A new invocation begins: the host has read what was there. */
  restart(): void {
    this.overflowing = false;
    if (this.used === 0) return;
    this.used = 0;
    Atomics.store(this.header, LENGTH, 0);
    Atomics.add(this.header, BEGINNINGS, 1);
  }
}

/** The host's side. */
export class LogReader {
  private readonly header: Int32Array;
  private readonly bytes: Buffer;
  private position = 0;
  private beginning = 0;

  constructor(memory: SharedArrayBuffer) {
    this.header = new Int32Array(memory, 0, 2);
    this.bytes = Buffer.from(memory, HEADER_BYTES);
  }

  /** What was written since the last call; of an environment that never came to its next invocation nothing is read twice. */
  drain(): string {
    const beginning = Atomics.load(this.header, BEGINNINGS);
    if (beginning !== this.beginning) this.position = 0;
    this.beginning = beginning;
    const end = Atomics.load(this.header, LENGTH);
    if (end <= this.position) return '';
    const text = this.bytes.toString('utf8', this.position, end);
    this.position = end;
    return text;
  }
}
