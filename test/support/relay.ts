import net from 'node:net';
import type { Closeable } from '../../src/base/lifecycle';

/** A TCP relay before a cluster: cuts connections where a network would. */
export interface Relay extends Closeable {
  port: number;
  /** Bytes that came from the server so far. */
  readonly received: number;
  /** Bytes that came from clients so far. */
  readonly sent: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Passes nothing on from now on, until `release`; what comes is counted and kept. */
  hold(): void;
  release(): void;
  /** Ends every connection now. */
  cut(): void;
  /** The next bytes of a client are passed on, and its connection cut at once … */
  cutAfterRequest(): void;
  /** … or only when the server has answered; the answer is swallowed. */
  swallowAnswer(): void;
}

export async function startRelay(host: string, port: number): Promise<Relay> {
  const pairs = new Set<{ client: net.Socket; server: net.Socket }>();
  let received = 0;
  let sent = 0;
  let armed: 'request' | 'answer' | undefined;
  let held: (() => void)[] | undefined;
  /** Now, or when nothing is held back any more. */
  const pass = (write: () => void): void => void (held ? held.push(write) : write());
  const listener = net.createServer(client => {
    const server = net.connect({ host, port });
    const pair = { client, server };
    pairs.add(pair);
    let swallow = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
    };
    client.on('data', chunk => {
      sent += chunk.length;
      pass(() => {
        const flushed = server.write(chunk);
        if (armed === 'answer') swallow = true;
        if (armed === 'request') setImmediate(end);
        armed = undefined;
        if (!flushed) client.pause();
      });
    });
    server.on('drain', () => client.resume());
    server.on('data', chunk => {
      received += chunk.length;
      if (swallow) return end();
      pass(() => void (client.write(chunk) || server.pause()));
    });
    client.on('drain', () => server.resume());
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const { client, server } of [...pairs]) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: (listener.address() as net.AddressInfo).port,
    get received() {
      return received;
    },
    get sent() {
      return sent;
    },
    get open() {
      return pairs.size;
    },
    hold: () => void (held ??= []),
    release: () => {
      const kept = held ?? [];
      held = undefined;
      for (const write of kept) write();
    },
    cut,
    cutAfterRequest: () => void (armed = 'request'),
    swallowAnswer: () => void (armed = 'answer'),
    close: () => {
      cut();
      return new Promise<void>(resolve => listener.close(() => resolve()));
    },
  };
}
