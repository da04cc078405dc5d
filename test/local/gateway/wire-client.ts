import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import type { PostgresAddress } from '../../../src/local/ports';
import { eachFrame, FrameAssembler } from '../../../src/local/gateway/wire/frames';
import { password, startup } from '../../../src/local/gateway/wire/client-messages';
import {
  readError,
  readParameterStatus,
  readRow,
  readTag,
  SERVER,
} from '../../../src/local/gateway/wire/server-messages';
import { TEST_TOKEN, type TestGateway } from '../../support/gateway';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const NAMES = new Map(Object.entries(SERVER).map(([name, type]) => [type as number, name]));

/** One message of the server, as a test reads it: `ready I`, `commandComplete SELECT 1`, `dataRow ["1"]`, `error 25P02 …`. */
export function describeFrame(frame: Buffer): string {
  const name = NAMES.get(frame[0]!) ?? `0x${frame[0]!.toString(16)}`;
  switch (frame[0]) {
    case SERVER.ready:
      return `${name} ${String.fromCharCode(frame[5]!)}`;
    case SERVER.commandComplete:
      return `${name} ${readTag(frame)}`;
    case SERVER.dataRow:
      return `${name} ${JSON.stringify(readRow(frame))}`;
    case SERVER.parameterStatus: {
      const { name: parameter, value } = readParameterStatus(frame);
      return `${name} ${parameter}=${value}`;
    }
    case SERVER.error:
    case SERVER.notice: {
      const { severity, sqlstate, message } = readError(frame);
      return `${name} ${severity} ${sqlstate} ${message}`;
    }
    default:
      return name;
  }
}

/** A client that sends frames as they are, for what drivers never send. */
export class WireClient {
  private readonly assembler = new FrameAssembler();
  private readonly frames: string[] = [];
  private wake: (() => void) | undefined;
  closed = false;

  private constructor(
    readonly socket: net.Socket,
    describe = describeFrame,
  ) {
    socket.on('data', chunk => {
      const buffer = this.assembler.feed(chunk);
      if (buffer) this.assembler.keep(buffer.subarray(eachFrame(buffer, 1 << 26, f => this.frames.push(describe(f)))));
      this.wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.wake?.();
    });
  }

  /** Encrypts, by SSLRequest or `direct`ly; nothing more is sent. */
  static async encrypted(cluster: TestGateway, direct = false, describe = describeFrame): Promise<WireClient> {
    const raw = net.connect(cluster.gateway.port, '127.0.0.1');
    if (!direct) {
      raw.write(SSL_REQUEST);
      const answer = await new Promise<Buffer>(resolve => raw.once('data', resolve));
      if (answer.toString() !== 'S') throw new Error(`the server answered ${answer.toString()}`);
    }
    const socket = tls.connect({ socket: raw, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    return new WireClient(socket, describe);
  }

  /** A superuser's connection to PostgreSQL itself, greeted by `startup`. */
  static postgres({ host, port, superuser }: PostgresAddress, describe = describeFrame): WireClient {
    const socket = net.connect(path.join(host, `.s.PGSQL.${port}`));
    socket.write(startup({ user: superuser, database: 'postgres', TimeZone: 'UTC' }));
    return new WireClient(socket, describe);
  }

  /** Sends bytes in the clear. */
  static plain(cluster: TestGateway, bytes: Buffer): WireClient {
    const socket = net.connect(cluster.gateway.port, '127.0.0.1');
    socket.write(bytes);
    return new WireClient(socket);
  }

  /** A session past its first ReadyForQuery. */
  static async session(cluster: TestGateway, parameters: Record<string, string> = {}): Promise<WireClient> {
    const client = await WireClient.encrypted(cluster);
    client.login(parameters);
    await client.until('ready');
    return client;
  }

  login(parameters: Record<string, string> = {}, token = TEST_TOKEN): void {
    this.send(startup({ user: 'admin', database: 'postgres', ...parameters }));
    this.send(password(Buffer.from(`${token}\0`)));
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** What has come, up to a message that begins with one of `last`, or up to the end of the connection. */
  async until(...last: string[]): Promise<string[]> {
    for (;;) {
      const at = this.frames.findIndex(frame => last.some(begin => frame.startsWith(begin)));
      if (at >= 0) return this.frames.splice(0, at + 1);
      if (this.closed) return this.frames.splice(0);
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }
}
