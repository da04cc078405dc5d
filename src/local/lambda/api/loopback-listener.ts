/** Listens on loopback, on IPv4 and IPv6 alike: `localhost` means one or the other depending on the client. */
import http from 'node:http';

/** A thousand clients connect at once when a stress run starts. */
const LISTEN_BACKLOG = 8192;
const PORT_TRIES = 5;

function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: LISTEN_BACKLOG }, () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
    });
  });
}

export class LoopbackListener {
  private readonly servers: http.Server[] = [];

  constructor(private readonly listener: http.RequestListener) {}

  /** @returns the port, the same for both families; 0 chooses a free one. Rejects with the error of `listen`, e.g. EADDRINUSE. */
  async listen(port: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const chosen = await listen(this.create(), '127.0.0.1', port);
      try {
        await listen(this.create(), '::1', chosen);
        return chosen;
      } catch (error) {
        // a machine without IPv6; but when somebody else has the port there, half of the clients would reach them
        if ((error as { code?: unknown }).code !== 'EADDRINUSE') return chosen;
        this.close();
        if (port !== 0 || attempt === PORT_TRIES) throw error;
      }
    }
  }

  close(): void {
    for (const server of this.servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  }

  private create(): http.Server {
    const server = http.createServer(this.listener);
    // a pooled connection closed under a client's next Invoke would be an error that must not be retried
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    this.servers.push(server);
    return server;
  }
}
