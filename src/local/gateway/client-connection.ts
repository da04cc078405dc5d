import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { applicationNameOf } from './application-name';
import { UNKNOWN_SETTINGS } from './backend';
import { runText } from './catalog-query';
import { ENGINE } from '../engine-schema';
import { ClientState } from './client-state';
import type { GatewayContext } from './context';
import * as errors from './errors';
import { Output, type Sink } from './output';
import type { Reached, ServerError } from '../ports';
import { Session } from './session';
import { SessionSettings } from './settings';
import { isDefaultSetting, judgeStartup, type StartupWish } from './startup-parameters';
import { CLIENT, readText } from './wire/client-messages';
import { eachFrame, FrameAssembler, frameBytes, FrameTooLong, HEADER_BYTES, ProtocolViolation } from './wire/frames';
import * as server from './wire/server-messages';
import { readStartup } from './wire/startup';

/** A password (a token with session credentials is about 2 KB) is never longer. */
const MAX_PASSWORD_BYTES = 64 * 1024;
/** Client messages waiting while a statement runs, before the socket is held back. */
const INBOX_BYTES = 1024 * 1024;
/** How long a client that has been hung up on may go on sending until it notices. */
const HANG_UP_MS = 1000;
/** How often a client that has ended its side, and is still to be answered, is told what it knows. */
const STILL_THERE_MS = 100;
const STILL_THERE = server.parameterStatus('server_encoding', 'UTF8');

/** A client's encrypted stream, TLS itself or a WebSocket within: start-up, authentication, then a session. */
export class ClientConnection implements Sink {
  private readonly assembler = new FrameAssembler();
  private startup: Buffer | undefined = Buffer.alloc(0);
  private wish: StartupWish | undefined;
  private authenticating = false;
  /** What came behind the password: clients may send their first statements along. */
  private readonly ahead: Buffer[] = [];
  private session: Session | undefined;
  private receivedBytes = 0;
  private hungUp = false;
  /** Monotonic milliseconds of the accepted connection. */
  readonly sinceMs: number;
  /** When the connection is closed, counted from then. */
  ageLimitMs: number;

  constructor(
    private readonly context: GatewayContext,
    private readonly socket: Duplex,
    private readonly onAuthenticated: () => void,
    /** Set when the client is to be turned away, in answer to its start-up. */
    private readonly refusal?: ServerError,
    /** The TLS server name the client asked for. */
    private readonly serverName?: string,
  ) {
    this.sinceMs = context.clock.monotonic();
    this.ageLimitMs = context.limits.connectionAgeMs;
    socket.on('data', chunk => this.receive(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => this.receiveEnd());
    socket.on('close', () => this.session?.close());
  }

  get pendingBytes(): number {
    return this.socket.writableLength;
  }

  onDrain(listener: () => void): void {
    if (this.socket.destroyed) return listener();
    const once = (): void => {
      this.socket.off('drain', once);
      this.socket.off('close', once);
      listener();
    };
    this.socket.on('drain', once);
    this.socket.on('close', once);
  }

  write(bytes: Buffer, written?: () => void): void {
    if (this.socket.writable) this.socket.write(bytes, written);
  }

  writeAll(parts: Buffer[]): void {
    if (!this.socket.writable) return;
    this.socket.cork();
    for (const part of parts) this.socket.write(part);
    this.socket.uncork();
  }

  /** Ends the connection with an error. */
  refuse(error: ServerError): void {
    if (this.socket.writable) this.socket.end(server.errorResponse(error));
    this.closeSoon();
  }

  /** Closes the stream when what was written is out. */
  private closeSoon(): void {
    if (this.socket.writable) this.socket.end();
    if (this.socket.writableFinished) this.socket.destroy();
    else this.socket.once('finish', () => this.socket.destroy());
  }

  /** Ends the connection without a word, as the service does after a message beyond its limit; what still comes is not read. */
  private hangUp(): void {
    this.hungUp = true;
    this.session?.close();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), HANG_UP_MS).unref();
  }

  private receive(chunk: Buffer): void {
    if (this.hungUp) return;
    try {
      if (this.startup) this.receiveStartup(chunk);
      else this.receiveFrames(chunk);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      if (error instanceof FrameTooLong && this.session) return this.hangUp();
      this.refuse(errors.protocolViolation(error.message));
    }
  }

  /**
   * The client sends nothing more: what it has sent is answered, as PostgreSQL does, and the connection ends. One that is gone ends its side in
   * the same way; its machine refuses what comes then, which is noticed at the next message.
   */
  private receiveEnd(): void {
    const { session, socket } = this;
    if (this.authenticating) return;
    if (!session) return this.closeSoon();
    const asking = setInterval(() => {
      if (this.pendingBytes === 0) this.write(STILL_THERE);
    }, STILL_THERE_MS);
    socket.once('close', () => clearInterval(asking));
    void session.serve().then(() => {
      session.close();
      this.closeSoon();
    });
  }

  private receiveStartup(chunk: Buffer): void {
    const buffer = this.startup!.length > 0 ? Buffer.concat([this.startup!, chunk]) : chunk;
    const read = readStartup(buffer);
    if (!read) {
      this.startup = buffer;
      return;
    }
    const { request, bytes } = read;
    if (request.type === 'cancel') return this.closeSoon(); // the service ignores it
    if (request.type === 'ssl' || request.type === 'gss') throw new ProtocolViolation('unsupported frontend protocol');
    if (request.type === 'other-version') return this.refuse(errors.unsupportedProtocol(request.version));
    if (this.refusal) return this.refuse(this.refusal);
    const judged = judgeStartup(request.parameters);
    if ('refused' in judged) return this.refuse(judged.refused);
    const { connectionAgeMs } = judged.practice ?? {};
    if (judged.practice && !this.context.practice.admit(judged.practice)) return this.refuse(errors.rateExceeded);
    if (connectionAgeMs !== undefined) this.ageLimitMs = Math.min(connectionAgeMs, this.ageLimitMs);
    const unknown = [...request.parameters.keys()].filter(name => name.startsWith('_pq_.'));
    if (request.minorVersion > 0 || unknown.length > 0) this.socket.write(server.negotiateVersion(unknown));
    this.wish = judged;
    this.startup = undefined;
    this.socket.write(server.AUTHENTICATION_CLEARTEXT);
    if (bytes < buffer.length) this.receiveFrames(buffer.subarray(bytes));
  }

  private receiveFrames(chunk: Buffer): void {
    const { session } = this;
    if (this.authenticating) return void this.ahead.push(chunk);
    const buffer = this.assembler.feed(chunk);
    if (!buffer) return;
    if (!session) return this.receiveLogin(buffer);
    const taken = eachFrame(buffer, this.context.limits.messageBytes, frame => session.receive(frame));
    if (taken < buffer.length) this.assembler.keep(buffer.subarray(taken));
    if (taken === 0) return;
    this.receivedBytes = session.serving ? this.receivedBytes + taken : taken;
    const served = session.serve();
    if (this.receivedBytes <= INBOX_BYTES) return;
    this.socket.pause();
    void served.then(() => {
      this.receivedBytes = 0;
      if (this.socket.isPaused()) this.socket.resume();
    });
  }

  private receiveLogin(buffer: Buffer): void {
    const bytes = buffer.length < HEADER_BYTES ? Infinity : frameBytes(buffer, 0);
    if (bytes > MAX_PASSWORD_BYTES && bytes < Infinity) throw new FrameTooLong('invalid message length');
    if (buffer.length < bytes) return this.assembler.keep(buffer);
    this.receivePassword(buffer.subarray(0, bytes));
    if (bytes < buffer.length) this.ahead.push(buffer.subarray(bytes));
  }

  private receivePassword(frame: Buffer): void {
    if (frame[0] === CLIENT.terminate) return this.closeSoon();
    if (frame[0] !== CLIENT.password)
      throw new ProtocolViolation(`expected password response, got message type ${frame[0]}`);
    this.authenticating = true;
    const token = readText(frame);
    this.socket.pause();
    this.authenticate(token).catch((error: unknown) => {
      this.context.log(`authentication failed to run: ${error instanceof Error ? error.message : String(error)}`);
      this.refuse(errors.accessDenied);
    });
  }

  private async authenticate(token: string): Promise<void> {
    const { user, settings, clusterId, practice } = this.wish!;
    const reached: Reached = { ...(clusterId !== undefined && { clusterId }) };
    if (this.serverName !== undefined) reached.serverName = this.serverName;
    const refused = await this.context.authenticator.authenticate(user, token, this.context.clock.now(), reached);
    if (refused) return this.refuse(refused);
    const gone = new AbortController();
    const client = new ClientState(user, new Output(this), gone.signal, this.context);
    client.transactionAgeMs = practice?.transactionAgeMs;
    try {
      await this.applySettings(client, settings);
    } catch (error) {
      return this.refuse(errors.asFatal(errors.ofFailure(error)));
    }
    if (this.socket.destroyed) return;
    client.out.push(server.AUTHENTICATION_OK);
    client.report();
    client.out.push(server.backendKey(randomInt(1, 2 ** 31 - 1), randomInt(1, 2 ** 31 - 1)));
    client.out.push(server.ready('I'));
    client.out.flush();
    const end = (): void => this.closeSoon();
    this.session = new Session(this.context, client, end, gone);
    this.wish = undefined;
    this.authenticating = false;
    this.onAuthenticated();
    if (this.ahead.length > 0) this.receive(Buffer.concat(this.ahead.splice(0)));
    this.socket.resume();
    if (this.socket.readableEnded) this.receiveEnd();
  }

  /** Lets PostgreSQL judge the settings a client starts with, where they are not the usual ones. */
  private async applySettings(client: ClientState, settings: Map<string, string>): Promise<void> {
    for (const [name, value] of settings) {
      if (name === 'application_name') client.settings.applicationName = applicationNameOf(value).name;
      if (isDefaultSetting(name, value)) continue;
      if (SessionSettings.isOwn(name)) client.settings.set(name, value);
      else client.settings.set(name, await this.tryOut(client, name, value));
    }
    client.settings.begin();
  }

  private async tryOut(client: ClientState, name: string, value: string): Promise<string> {
    const { pool } = this.context;
    const backend = await pool.acquire(client.role, '');
    backend.settings = UNKNOWN_SETTINGS;
    try {
      const rows = await runText(backend, `SELECT ${ENGINE}.set_setting($1, $2, false)`, [name, value]);
      return rows[0]?.[0] ?? value;
    } finally {
      pool.release(backend);
    }
  }

  /** Ends the connection: the server closes. */
  close(): void {
    if (this.session) this.refuse(errors.shuttingDown);
    this.closeSoon();
  }
}
