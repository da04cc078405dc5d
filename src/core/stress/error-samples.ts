import { ERROR_CLASSES } from './classify';
import type { ErrorClass } from './contract';

/** UTF-8 bytes that are kept of a message. */
const MESSAGE_BYTES = 484;
/** The length before them, as an Int32. */
const SLOT_BYTES = 4 + MESSAGE_BYTES;
const MAX_CHARACTERS = 240;

/**
 * What the first failed call of each class was told: a count alone explains nothing. In shared memory: one worker writes, the controller
 * reads. Only the first line of a message is kept, since AWS's refusals of a signature repeat the signed request below it.
 */
export class ErrorSamples {
  private readonly bytes: Uint8Array;
  private readonly lengths: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(ERROR_CLASSES.length * SLOT_BYTES)) {
    this.bytes = new Uint8Array(buffer);
    this.lengths = new Int32Array(buffer);
  }

  /** Keeps the message if it is the first one of its class. */
  note(errorClass: ErrorClass, message: string | undefined): void {
    const slot = ERROR_CLASSES.indexOf(errorClass);
    if (!message || this.lengthOf(slot) > 0) return;
    let bytes = new TextEncoder().encode(firstLine(message));
    // never half a character at the end
    for (let end = MESSAGE_BYTES; bytes.length > MESSAGE_BYTES; end--)
      if (((bytes[end] ?? 0) & 0xc0) !== 0x80) bytes = bytes.slice(0, end);
    this.bytes.set(bytes, slot * SLOT_BYTES + 4);
    Atomics.store(this.lengths, (slot * SLOT_BYTES) / 4, bytes.length);
  }

  /** Takes over the messages of a worker on another machine, of classes that have none here. */
  absorb(memory: Uint8Array): void {
    const other = new ErrorSamples();
    if (memory.length !== other.bytes.length) return;
    other.bytes.set(memory);
    for (const errorClass of ERROR_CLASSES) this.note(errorClass, other.messageOf(errorClass));
  }

  /** The messages of all workers, one a class. */
  static first(all: readonly ErrorSamples[]): Partial<Record<ErrorClass, string>> {
    const found: Partial<Record<ErrorClass, string>> = {};
    for (const errorClass of ERROR_CLASSES) {
      for (const samples of all) {
        found[errorClass] ??= samples.messageOf(errorClass);
        if (found[errorClass] !== undefined) break;
      }
      if (found[errorClass] === undefined) delete found[errorClass];
    }
    return found;
  }

  private messageOf(errorClass: ErrorClass): string | undefined {
    const slot = ERROR_CLASSES.indexOf(errorClass);
    const length = this.lengthOf(slot);
    if (length <= 0 || length > MESSAGE_BYTES) return undefined;
    const from = slot * SLOT_BYTES + 4;
    // a copy: decoders take no shared memory
    return new TextDecoder().decode(this.bytes.slice(from, from + length));
  }

  private lengthOf(slot: number): number {
    return Atomics.load(this.lengths, (slot * SLOT_BYTES) / 4);
  }
}

function firstLine(message: string): string {
  const [line = ''] = message.trim().split(/[\r\n]/, 1);
  const printable = line.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  const characters = Array.from(printable);
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join('')}…` : printable;
}
