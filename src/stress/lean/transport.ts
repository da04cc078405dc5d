import { Client, type Dispatcher } from 'undici';
import { outcomeOfAnswer } from '../../core/stress/answer';
import { classifyThrown } from '../../core/stress/classify';
import type { CallOutcome, Transfer, Transport } from '../../core/stress/outcome';
import type { LambdaTarget } from '../../protocol/stress';
import { transferPayload } from '../payload';
import { CallSigner, invokePath } from './signer';

/** A function may run 15 minutes; the run's own hard stop comes first. */
const ANSWER_TIMEOUT_MS = 15 * 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Origin of the Invoke API. */
export const lambdaOrigin = (target: LambdaTarget): string =>
  target.endpoint ? new URL(target.endpoint).origin : `https://lambda.${target.region}.amazonaws.com`;

/**
 * Invokes over keep-alive connections, one call at a time on each, signing with a cached key. Never retries: a call whose answer was
 * lost may have moved the money. Calls beyond the number of connections wait here, first in first out.
 */
export class LeanTransport implements Transport {
  private readonly idle: Client[];
  private readonly clients: Client[];
  private readonly waiting: InvokeCall[] = [];
  private head = 0;
  private readonly signer: CallSigner;
  private readonly origin: string;
  private readonly path: string;

  constructor(target: LambdaTarget, functionName: string, connections: number) {
    this.origin = lambdaOrigin(target);
    this.path = invokePath(functionName);
    this.signer = new CallSigner({
      host: new URL(this.origin).host,
      path: this.path,
      region: target.region,
      credentials: target.credentials,
    });
    this.clients = Array.from(
      { length: connections },
      () =>
        new Client(this.origin, {
          pipelining: 1,
          headersTimeout: ANSWER_TIMEOUT_MS,
          bodyTimeout: ANSWER_TIMEOUT_MS,
          connect: { timeout: CONNECT_TIMEOUT_MS },
        }),
    );
    this.idle = [...this.clients];
  }

  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void {
    const call = new InvokeCall(this, transferPayload(transfer), settle);
    const client = this.idle.pop();
    if (client) this.dispatch(client, call);
    else this.waiting.push(call);
  }

  close(): void {
    this.waiting.length = this.head = 0;
    for (const client of this.clients) client.destroy().catch(() => undefined);
  }

  /** The connection is free again: the oldest waiting call takes it. */
  release(client: Client): void {
    const next = this.waiting[this.head];
    if (!next) {
      this.idle.push(client);
      return;
    }
    this.head++;
    // An array with a moving head: shifting a long array costs a copy.
    if (this.head > 1024 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head);
      this.head = 0;
    }
    this.dispatch(client, next);
  }

  private dispatch(client: Client, call: InvokeCall): void {
    call.client = client;
    client.dispatch(
      { method: 'POST', path: this.path, headers: this.signer.headers(call.payload), body: call.payload },
      call,
    );
  }
}

/** One Invoke call: undici's handler and the call's state in one object. */
class InvokeCall implements Dispatcher.DispatchHandler {
  client?: Client;
  private status = 0;
  private functionError?: string;
  private exception?: string;
  private body: Buffer | undefined;

  constructor(
    private readonly transport: LeanTransport,
    readonly payload: string,
    private readonly settle: (outcome: CallOutcome) => void,
  ) {}

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.functionError = single(headers['x-amz-function-error']);
    if (status !== 200) this.exception = single(headers['x-amzn-errortype']);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body = this.body ? Buffer.concat([this.body, chunk]) : chunk;
  }

  onResponseEnd(): void {
    const { status, functionError, exception, body } = this;
    const payload = body ? body.toString('utf8') : '';
    this.finish(outcomeOfAnswer({ status, functionError, exception, payload }));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // undici is still clearing up the connection: a new request on it must wait until it has.
    setImmediate(() => this.finish({ errorClass: classifyThrown(error), retries: 0 }));
  }

  private finish(outcome: CallOutcome): void {
    if (this.client) this.transport.release(this.client);
    this.settle(outcome);
  }
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
