import type net from 'node:net';

const READ_BYTES = 64 * 1024;
/** Each read is dealt with before the next one begins, whatever the connection: one buffer serves all. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** Reads a connection to PostgreSQL into a buffer that all share, in place of a new one for each read. */
export class BackendReader {
  /** Takes the first `length` bytes of the buffer. They are valid until it returns. */
  receive: (buffer: Buffer, length: number) => void = () => undefined;

  readonly onread: net.OnReadOpts = {
    buffer: shared,
    callback: bytes => {
      this.receive(shared, bytes);
      return true;
    },
  };
}
