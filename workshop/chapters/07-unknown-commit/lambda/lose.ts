import type { Duplex } from 'node:stream';
import type { PoolClient } from 'pg';

/** `request`: the connection dies before COMMIT is sent. `answer`: it dies when the answer comes in, before anybody has read it. */
export type Lost = 'request' | 'answer';

/** Lets the connection die around the COMMIT that comes next: a real socket, really destroyed. */
export function lose(client: PoolClient, what: Lost): void {
  // a client whose connection goes says so with an event as well
  client.on('error', () => undefined);
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  if (what === 'request') {
    stream.destroy();
    return;
  }
  // The driver does not get to see what arrives: the first bytes of the answer end the connection.
  stream.removeAllListeners('data');
  stream.once('data', () => stream.destroy());
}
