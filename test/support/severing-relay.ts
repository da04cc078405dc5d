import net from 'node:net';

/** A TCP relay that loses what it is told to lose, as a network does. */
export interface SeveringRelay {
  readonly port: number;
  /** The client's next bytes are lost with the connection: the server never sees them. */
  loseNextRequest(): void;
  /** The client's next bytes reach the server, its answer is lost with the connection. */
  loseNextAnswer(): void;
  /** Connections made so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Relays connections to a port of this machine. */
export async function startSeveringRelay(port: number): Promise<SeveringRelay> {
  const sockets = new Set<net.Socket>();
  let loss: 'request' | 'answer' | undefined;
  let connections = 0;
  const server = net.createServer(client => {
    connections++;
    const upstream = net.connect({ host: '127.0.0.1', port });
    let severing = false;
    const sever = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', sever).on('close', () => sockets.delete(socket));
    }
    client.on('data', bytes => {
      if (loss === 'request') {
        loss = undefined;
        return sever();
      }
      if (loss === 'answer') {
        loss = undefined;
        severing = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', bytes => {
      if (severing) sever();
      else client.write(bytes);
    });
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    get connections() {
      return connections;
    },
    loseNextRequest: () => void (loss = 'request'),
    loseNextAnswer: () => void (loss = 'answer'),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}
