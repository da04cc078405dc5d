/**
 * Framing of the PostgreSQL protocol: one type byte, then a big-endian int32 length that counts itself, then the body. Frames are read
 * in place; bytes are copied only when one frame arrives in several chunks.
 */

/** The bytes break the protocol. The connection ends with FATAL 08P01. */
export class ProtocolViolation extends Error {}

/** A whole frame holds what its message may not: of a message that asks for something, a plain error to which the connection lives on. */
export class MalformedMessage extends ProtocolViolation {}

/** A frame is longer than the reader takes. */
export class FrameTooLong extends ProtocolViolation {}

/** Big-endian signed int32 at `pos`. */
export function int32(buffer: Buffer, pos: number): number {
  return (buffer[pos]! << 24) | (buffer[pos + 1]! << 16) | (buffer[pos + 2]! << 8) | buffer[pos + 3]!;
}

/** Big-endian unsigned int16 at `pos`. */
export function uint16(buffer: Buffer, pos: number): number {
  return (buffer[pos]! << 8) | buffer[pos + 1]!;
}

/** The version of the protocol that is spoken, 3.0, as start-up messages write it: major in the upper half, minor in the lower. */
export const PROTOCOL_VERSION = 3 << 16;

/** Size of a frame's type and length fields. */
export const HEADER_BYTES = 5;

/**
 * Total bytes of the frame that starts at `pos` (type byte included); at least `HEADER_BYTES` must be there.
 * @throws ProtocolViolation for an impossible length.
 */
export function frameBytes(buffer: Buffer, pos: number): number {
  const length = int32(buffer, pos + 1);
  if (length < 4) throw new ProtocolViolation('invalid message length');
  return length + 1;
}

/** Turns chunks of a stream into buffers that begin at a frame boundary. */
export class FrameAssembler {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private neededBytes = 0;

  /** Part of a frame is held. */
  get holding(): boolean {
    return this.heldBytes > 0;
  }

  /**
   * @returns a buffer that begins at a frame boundary; undefined while the held frame is still incomplete. The caller walks the whole
   * frames in it and hands the incomplete rest to `keep`.
   */
  feed(chunk: Buffer): Buffer | undefined {
    if (this.heldBytes === 0) return chunk;
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < this.neededBytes) return undefined;
    const joined = Buffer.concat(this.held, this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
    return joined;
  }

  /** Keeps the bytes of an incomplete frame until more arrive. */
  keep(rest: Buffer): void {
    if (rest.length === 0) return;
    this.held = [rest];
    this.heldBytes = rest.length;
    this.neededBytes = rest.length >= HEADER_BYTES ? frameBytes(rest, 0) : HEADER_BYTES;
  }
}

/** By type: messages that are their type alone, as Sync. */
const bodiless: Buffer[] = [];

/** The frame without a new view of its bytes where one is there already: views are most of what the collector finds of a message. */
function frameAt(buffer: Buffer, pos: number, size: number): Buffer {
  if (size === buffer.length) return buffer;
  if (size > HEADER_BYTES) return buffer.subarray(pos, pos + size);
  const type = buffer[pos]!;
  return (bodiless[type] ??= Buffer.from([type, 0, 0, 0, 4]));
}

/**
 * Walks the whole frames of `buffer`.
 * @returns the offset of the first byte that belongs to no whole frame.
 * @throws ProtocolViolation for a frame with an impossible length, FrameTooLong for one of more than `maxBytes`.
 */
export function eachFrame(buffer: Buffer, maxBytes: number, visit: (frame: Buffer) => void): number {
  let pos = 0;
  while (buffer.length - pos >= HEADER_BYTES) {
    const size = frameBytes(buffer, pos);
    if (size > maxBytes) throw new FrameTooLong('invalid message length');
    if (buffer.length - pos < size) break;
    visit(frameAt(buffer, pos, size));
    pos += size;
  }
  return pos;
}
