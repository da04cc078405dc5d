import type net from 'node:net';

const READ_BYTES = 64 * 1024;
/** Each read is dealt with before the next one begins, whatever the connection: one buffer serves all. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** Reads a connection to PostgreSQL into a buffer that all share, in place of a new one for each read. */
export class BackendReader {
  /** Takes what was read. The bytes are valid until it returns. */
  receive: (chunk: Buffer) => void = () => undefined;

  readonly onread: net.OnReadOpts = {
    buffer: shared,
    callback: bytes => {
      this.receive(shared.subarray(0, bytes));
      return true;
    },
  };
}
