import { Batch } from './batch';
import { BatchError } from './batch-error';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import { unexpectedInCopy, type CopyIn } from './copy/copy-in';
import { aborted, functionCallRefused, malformedMessage, protocolViolation } from './errors';
import { ExtendedBatch } from './extended';
import { interrupt } from './landing';
import { runQuery } from './simple';
import { giveBack, waitWithMessage } from './waiting';
import { CLIENT } from './wire/client-messages';
import { HEADER_BYTES, ProtocolViolation } from './wire/frames';
import { errorResponse, ready } from './wire/server-messages';

/** Messages, and bytes, from which on a batch does not wait for its Sync: it is kept in memory, and PostgreSQL runs each statement as it comes. */
const BATCH_MESSAGES = 4096;
const BATCH_BYTES = 4 * 1024 * 1024;

/** What PostgreSQL says of a message that is longer than it may be. */
const WITH_BODY = 'invalid message format';

/** Ends the connection after what was written. */
export type EndConnection = () => void;

/** A client's connection after authentication: takes its messages in order, one batch at a time. */
export class Session {
  private readonly inbox: Buffer[] = [];
  private batch: Buffer[] = [];
  private batchBytes = 0;
  /** After an error in the extended protocol: everything up to Sync is ignored. */
  private skipping = false;
  private running = false;
  private served: Promise<void> = Promise.resolve();
  private ended = false;
  private copy: CopyIn | undefined;

  constructor(
    readonly context: GatewayContext,
    readonly client: ClientState,
    private readonly end: EndConnection,
    private readonly gone: AbortController,
  ) {}

  /** Takes one whole message. */
  receive(frame: Buffer): void {
    this.inbox.push(frame);
  }

  /** What was received is being served. */
  get serving(): boolean {
    return this.running;
  }

  /** Serves what has been received. Resolves when nothing is left; never rejects. */
  serve(): Promise<void> {
    if (!this.running) this.served = this.work();
    return this.served;
  }

  private async work(): Promise<void> {
    this.running = true;
    try {
      for (let frame = this.inbox.shift(); frame && !this.ended; frame = this.inbox.shift()) {
        const waiting = this.skipping || this.copy ? undefined : waitWithMessage(this, frame, this.batch);
        if (waiting) await waiting;
        if (this.ended) break;
        const served = this.handle(frame);
        if (served) await served;
        giveBack(this);
      }
    } catch (error) {
      this.fatal(error);
    } finally {
      this.running = false;
      giveBack(this);
      if (this.ended) this.cleanUp();
    }
  }

  private handle(frame: Buffer): Promise<void> | undefined {
    if (this.copy) return this.takeRows(frame, this.copy);
    switch (frame[0]) {
      case CLIENT.query:
        if (this.skipping) return undefined;
        return this.query(frame);
      case CLIENT.sync:
        return frame.length > HEADER_BYTES ? this.refuseBody() : this.sync();
      case CLIENT.flush:
        if (this.skipping) return undefined;
        return frame.length > HEADER_BYTES ? this.refuseBody(true) : this.flush();
      case CLIENT.parse:
      case CLIENT.bind:
      case CLIENT.describe:
      case CLIENT.execute:
      case CLIENT.close:
        return this.skipping ? undefined : this.collect(frame);
      case CLIENT.functionCall:
        return this.skipping ? undefined : this.refuseCall(frame);
      case CLIENT.terminate:
        this.close();
        this.end();
        return undefined;
      case CLIENT.copyData:
      case CLIENT.copyDone:
      case CLIENT.copyFail:
        // rows may come without a Sync before them; others are left over from a COPY that was refused
        return this.skipping || this.batch.length === 0 ? undefined : this.serveBeforeRows(frame);
      default:
        throw new ProtocolViolation(`invalid frontend message type ${frame[0]}`);
    }
  }

  /** Serves what there is, as at a Flush, when it has become much. */
  private collect(frame: Buffer): Promise<void> | undefined {
    this.batch.push(frame);
    this.batchBytes += frame.length;
    return this.batch.length < BATCH_MESSAGES && this.batchBytes < BATCH_BYTES ? undefined : this.flush();
  }

  private async query(frame: Buffer): Promise<void> {
    if (this.batch.length > 0 && !(await this.serveAhead(frame))) return;
    this.goOn(await runQuery(this.context, this.client, frame));
  }

  /** A Query has come to its end, or to a COPY whose rows are to come. */
  private goOn(copy: CopyIn | undefined): void {
    this.copy = copy;
    if (copy) this.client.out.flush();
    else this.finish(true);
  }

  /** A FunctionCall is answered like a Query: its client sends no Sync. */
  private async refuseCall(frame: Buffer): Promise<void> {
    if (this.batch.length > 0 && !(await this.serveAhead(frame))) return;
    const error = this.client.tx?.failed ? aborted : functionCallRefused;
    new Batch(this.context, this.client).answerError(new BatchError(error));
    this.finish(true);
  }

  /** Serves the extended messages before `frame`, which goes without Sync. @returns false when it is skipped after an error */
  private async serveAhead(frame: Buffer): Promise<boolean> {
    await this.flush();
    if (this.copy) throw unexpectedInCopy(frame);
    return !this.skipping;
  }

  private async serveBeforeRows(frame: Buffer): Promise<void> {
    await this.flush();
    if (this.copy) await this.takeRows(frame, this.copy);
  }

  /** The client is sending the rows of a COPY. */
  private takeRows(frame: Buffer, copy: CopyIn): Promise<void> | undefined {
    switch (frame[0]) {
      case CLIENT.copyData:
        copy.add(frame);
        return undefined;
      case CLIENT.copyDone:
        return copy.finish().then(copied => this.endCopy(copy, copied));
      case CLIENT.copyFail:
        copy.fail(frame);
        return this.endCopy(copy, false);
      case CLIENT.sync:
      case CLIENT.flush:
        return undefined; // as PostgreSQL: of no meaning here
      case CLIENT.terminate:
        this.close();
        this.end();
        return undefined;
      default:
        throw unexpectedInCopy(frame);
    }
  }

  /** A Query goes on after its rows; in the extended protocol a Sync comes after them. */
  private async endCopy({ isOfQuery, rest }: CopyIn, copied: boolean): Promise<void> {
    this.copy = undefined;
    if (copied && rest) return this.goOn(await rest());
    this.skipping = !isOfQuery && !copied;
    this.finish(isOfQuery);
  }

  private async sync(): Promise<void> {
    const batch = new ExtendedBatch(this.context, this.client, this.take());
    if (!this.skipping && (await batch.run(true))) {
      if (batch.copy) return this.awaitRows(batch.copy);
      if (this.client.tx?.kind === 'implicit') await batch.endImplicit();
    }
    this.skipping = false;
    this.finish(true);
  }

  private async flush(): Promise<void> {
    const batch = new ExtendedBatch(this.context, this.client, this.take());
    if (!(await batch.run(false))) this.skipping = true;
    if (batch.copy) this.awaitRows(batch.copy);
    else this.finish(false);
  }

  /** The Sync or Flush that is being served comes before the rows, where it has no meaning. */
  private awaitRows(copy: CopyIn): void {
    this.copy = copy;
    this.finish(false);
  }

  /** A Sync or Flush (`skipping`: all up to the next Sync is) that has content: what came before it has run, and is not committed. */
  private async refuseBody(skipping = false): Promise<void> {
    if (this.batch.length > 0) await this.flush();
    if (this.copy || (skipping && this.skipping)) return;
    new Batch(this.context, this.client).answerError(new BatchError(malformedMessage(WITH_BODY)));
    this.skipping = skipping;
    this.finish(!skipping);
  }

  private take(): Buffer[] {
    const { batch } = this;
    this.batch = [];
    this.batchBytes = 0;
    return batch;
  }

  private finish(withReady: boolean): void {
    const { client } = this;
    if (client.tx) client.tx.busy = false;
    else if (withReady) client.portals.clear();
    if (withReady) {
      client.report();
      client.out.push(ready(client.status));
    }
    client.out.flush();
  }

  private fatal(error: unknown): void {
    const { client, context } = this;
    if (error instanceof ProtocolViolation) client.out.push(errorResponse(protocolViolation(error.message)));
    else if (error instanceof BatchError) client.out.push(errorResponse({ ...error.error, severity: 'FATAL' }));
    else {
      context.log(`a session failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      client.out.push(errorResponse({ severity: 'FATAL', sqlstate: 'XX000', message: 'internal error' }));
    }
    client.out.held = false;
    client.out.flush();
    this.ended = true;
    this.end();
  }

  /** The client is gone: its transaction leaves nothing behind, and nobody waits for it. */
  close(): void {
    if (this.client.gone) return;
    this.client.gone = true;
    this.ended = true;
    this.gone.abort();
    if (!this.running) return this.cleanUp();
    const { runningOn } = this.client;
    if (runningOn) interrupt(this.context, this.client, runningOn);
  }

  private cleanUp(): void {
    const { tx } = this.client;
    this.client.tx = undefined;
    if (tx && !tx.failed && !tx.ended) void this.context.adjudicator.abandon(tx);
  }
}
