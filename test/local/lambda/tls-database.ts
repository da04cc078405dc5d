/** As little of a PostgreSQL server as drivers need to connect over TLS and run a simple query. Answers every query with one row. */
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { loadServerCertificate } from '../../../src/local/identity/certificates';

/** One client's way in. */
export interface Visit {
  /** Server name the client asked for. */
  serverName: string | false;
  user?: string;
}

const SSL_REQUEST = 80877103;

function message(type: string, ...parts: (Buffer | string | number)[]): Buffer {
  const body = Buffer.concat(
    parts.map(part => {
      if (typeof part === 'number') {
        const bytes = Buffer.alloc(4);
        bytes.writeInt32BE(part);
        return bytes;
      }
      return typeof part === 'string' ? Buffer.from(`${part}\0`) : part;
    }),
  );
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const READY = message('Z', Buffer.from('I'));
const GREETING = Buffer.concat([
  message('R', 0),
  message('S', 'client_encoding', 'UTF8'),
  message('S', 'server_version', '16.0'),
  message('K', 1, 2),
  READY,
]);

function answer(value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  const column = Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.from('name\0'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]),
  ]);
  return Buffer.concat([
    message('T', column),
    message('D', Buffer.from([0, 1]), length, text),
    message('C', 'SELECT 1'),
    READY,
  ]);
}

export class TlsDatabase {
  readonly visits: Visit[] = [];
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    readonly name: string,
    readonly caFile: string,
    private readonly server: net.Server,
    private readonly context: tls.SecureContext,
  ) {
    server.on('connection', socket => this.accept(socket));
  }

  /** Listens on loopback with a certificate for `hostNames` from a CA of its own in `folder`. */
  static async start(
    name: string,
    folder: string,
    hostNames: string[],
    where: net.ListenOptions = { port: 0, host: '127.0.0.1' },
  ): Promise<TlsDatabase> {
    fs.mkdirSync(folder, { recursive: true });
    const made = await loadServerCertificate(folder, hostNames, Date.now());
    const context = tls.createSecureContext({ cert: made.certificate, key: made.privateKey });
    const server = net.createServer().listen(where);
    await new Promise(resolve => server.once('listening', resolve));
    return new TlsDatabase(name, made.caFile, server, context);
  }

  get port(): number {
    return (this.server.address() as net.AddressInfo).port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private accept(socket: net.Socket): void {
    this.sockets.add(socket.on('error', () => undefined));
    socket.once('data', (first: Buffer) => {
      socket.pause();
      if (first.length === 8 && first.readInt32BE(4) === SSL_REQUEST) socket.write('S');
      else socket.unshift(first);
      const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: this.context });
      secure.on('error', () => undefined);
      secure.on('secure', () => this.serve(secure));
    });
  }

  private serve(secure: tls.TLSSocket): void {
    const visit: Visit = { serverName: (secure as { servername?: string | false }).servername ?? false };
    this.visits.push(visit);
    let pending = Buffer.alloc(0);
    secure.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const at = visit.user === undefined ? 0 : 1;
        if (pending.length < at + 4) return;
        const end = at + pending.readInt32BE(at);
        if (pending.length < end) return;
        if (at === 0) {
          visit.user = /user\0([^\0]*)/.exec(pending.toString('latin1', 0, end))?.[1] ?? '';
          secure.write(GREETING);
        } else if (pending.toString('latin1', 0, 1) === 'Q') secure.write(answer(this.name));
        pending = pending.subarray(end);
      }
    });
  }
}
