/** Bytes of one pooled buffer: the answers of a usual batch. */
export const POOLED_BYTES = 8 * 1024;
/** Free buffers kept; more are left to the garbage collector. */
const KEPT = 256;

const free: Buffer[] = [];

/** A buffer of `POOLED_BYTES`, its content undefined. */
export function takeBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(POOLED_BYTES);
}

/** Gives back a buffer from `takeBuffer`, once nobody reads it any more. */
export function giveBuffer(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer);
}
