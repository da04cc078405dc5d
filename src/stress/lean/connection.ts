import net from 'node:net';
import tls from 'node:tls';
import { ADDRESS_ATTEMPTS } from '../../base/address-attempts';
import { AnswerReader, type HttpAnswer } from './answer-reader';

const CONNECT_TIMEOUT_MS = 10_000;
/** A function may run 15 minutes; the run's own hard stop comes first. */
const ANSWER_TIMEOUT_MS = 15 * 60_000;
/** Servers close connections that idle, and a call sent into the close is lost: after this long a new one is opened. */
const MAX_IDLE_MS = 4_000;
const READ_BYTES = 64 * 1024;

/** What a thread's connections read into: bytes are used up, or copied, before the next read. */
let shared: Buffer | undefined;

/** Told what came of a call; exactly once. */
export interface CallEnd {
  answered(answer: HttpAnswer): void;
  /** `sent` tells whether anything of the request may have gone out. */
  failed(error: Error, sent: boolean): void;
}

/** A keep-alive connection to one origin, one call at a time; opened when it is first used, and again after it was closed. */
export class Connection {
  private socket?: net.Socket;
  /** The socket is connected, over TLS if that was asked for: requests go out. */
  private connected = false;
  private reader = new AnswerReader();
  private call?: CallEnd;
  private usedAt = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly origin: URL) {}

  /** Sends a whole request. Only when no call is under way. */
  send(request: string, call: CallEnd): void {
    this.call = call;
    if (this.socket && performance.now() - this.usedAt > MAX_IDLE_MS) this.drop();
    const socket = this.socket ?? this.open();
    socket.write(request, 'utf8');
  }

  /** Opens the connection ahead of a call. Resolves when it is open, or could not be opened: the call that is sent on it tries again, and tells. */
  async connect(): Promise<void> {
    if (this.socket) return;
    const socket = this.open();
    await new Promise<void>(resolve => {
      socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', () => resolve());
      socket.once('close', () => resolve());
    });
  }

  /** Drops the connection, and the call that is under way without telling anybody. */
  close(): void {
    this.call = undefined;
    this.drop();
  }

  private open(): net.Socket {
    const { hostname, port, protocol } = this.origin;
    const host = hostname.replace(/^\[|\]$/g, '');
    const secure = protocol === 'https:';
    const to = { host, port: Number(port || (secure ? 443 : 80)), noDelay: true, keepAlive: true, ...ADDRESS_ATTEMPTS };
    this.reader = new AnswerReader();
    const onRead = (length: number, buffer: Uint8Array): boolean => {
      this.read(socket, (buffer as Buffer).subarray(0, length));
      return true;
    };
    const socket: net.Socket = secure
      ? tls.connect({ ...to, ...(net.isIP(host) ? {} : { servername: host }), ALPNProtocols: ['http/1.1'] })
      : net.connect({ ...to, onread: { buffer: (shared ??= Buffer.alloc(READ_BYTES)), callback: onRead } });
    if (secure) socket.on('data', (bytes: Buffer) => this.read(socket, bytes));
    this.socket = socket;
    this.connected = false;
    this.timer = setTimeout(() => socket.destroy(timeout('no connection', CONNECT_TIMEOUT_MS)), CONNECT_TIMEOUT_MS);
    const { timer } = this;
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      if (this.socket === socket) this.connected = true;
      this.usedAt = performance.now();
      socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(timeout('no answer', ANSWER_TIMEOUT_MS)));
    });
    let failure: Error | undefined;
    socket.on('error', error => (failure = error));
    socket.on('end', () => this.ended(socket));
    socket.on('close', () => {
      clearTimeout(timer);
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.finish(failure ?? Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
    });
    return socket;
  }

  private read(socket: net.Socket, bytes: Buffer): void {
    if (socket !== this.socket) return;
    // nobody asked: whatever it is, it must not be taken for the next call's answer
    if (!this.call) return this.drop();
    let answer: HttpAnswer | undefined;
    try {
      answer = this.reader.push(bytes);
    } catch (error) {
      this.drop();
      this.finish(error as Error);
      return;
    }
    if (answer) this.deliver(answer);
  }

  /** The server sends no more: that may be the end of an answer. */
  private ended(socket: net.Socket): void {
    if (socket !== this.socket || !this.call) return;
    try {
      this.deliver(this.reader.end());
    } catch {
      // the close that follows tells
    }
  }

  private deliver(answer: HttpAnswer): void {
    this.usedAt = performance.now();
    if (!answer.keepAlive) this.drop();
    const { call } = this;
    this.call = undefined;
    call?.answered(answer);
  }

  private finish(error: Error): void {
    const { call } = this;
    this.call = undefined;
    call?.failed(error, this.connected);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.timer);
    socket?.destroy();
  }
}

function timeout(what: string, ms: number): Error {
  return Object.assign(new Error(`${what} within ${ms / 1000} s`), { code: 'ETIMEDOUT' });
}
