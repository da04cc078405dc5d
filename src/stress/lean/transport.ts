import { orAborted } from '../../base/abort';
import { outcomeOfAnswer } from '../../core/stress/answer';
import { classifyThrown, messageOf } from '../../core/stress/classify';
import type { Transfer } from '../../core/bank/transfer';
import type { CallOutcome, Transport } from '../../core/stress/outcome';
import type { LambdaTarget } from '../../protocol/stress';
import { transferPayload } from '../payload';
import { headerOf, headerPattern, type HttpAnswer } from './answer-reader';
import { Connection, type CallEnd } from './connection';
import { CallSigner, invokePath } from './signer';

/** Connections that are opened ahead at a time: all at once could be more than the other side takes in, and those it drops are asked for again a second later. */
const OPENING_AT_ONCE = 64;
/** What opening ahead may take. */
const OPENING_MS = 3_000;

const FUNCTION_ERROR = headerPattern('x-amz-function-error');
const ERROR_TYPE = headerPattern('x-amzn-errortype');

/** Origin of the Invoke API. */
const lambdaOrigin = (target: LambdaTarget): string =>
  target.endpoint ? new URL(target.endpoint).origin : `https://lambda.${target.region}.amazonaws.com`;

/** Header lines of a call with this body; what `CallSigner` makes. */
export type HeadersOf = (body: string) => string[];

/**
 * Invokes over keep-alive connections, one call at a time on each, signing with a cached key. Never retries: a call whose answer was
 * lost may have moved the money. Calls beyond the number of connections wait here, first in first out.
 */
export class LeanTransport implements Transport {
  private readonly idle: Connection[];
  private readonly connections: Connection[];
  private readonly waiting: InvokeCall[] = [];
  private head = 0;
  private readonly requestLine: string;

  /** `headersOf`: in place of signed headers. */
  constructor(
    target: LambdaTarget,
    functionName: string,
    connections: number,
    private readonly headersOf: HeadersOf = signedHeaders(target, functionName),
  ) {
    const origin = new URL(lambdaOrigin(target));
    this.requestLine = `POST ${invokePath(functionName)} HTTP/1.1\r\n`;
    this.connections = Array.from({ length: connections }, () => new Connection(origin));
    this.idle = [...this.connections];
  }

  /** Opens the connections ahead, as many as can be had in some seconds, so that the first calls take no longer than others. */
  async connect(): Promise<void> {
    const over = AbortSignal.timeout(OPENING_MS);
    const rest = [...this.connections];
    const openSome = async (): Promise<void> => {
      for (let next = rest.pop(); next && !over.aborted; next = rest.pop()) await next.connect();
    };
    await orAborted(Promise.all(Array.from({ length: OPENING_AT_ONCE }, openSome)), over);
  }

  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void {
    const call = new InvokeCall(this, transferPayload(transfer), settle);
    const connection = this.idle.pop();
    if (connection) this.dispatch(connection, call);
    else this.waiting.push(call);
  }

  close(): void {
    this.waiting.length = this.head = 0;
    for (const connection of this.connections) connection.close();
  }

  /** The connection is free again: the oldest waiting call takes it. */
  release(connection: Connection): void {
    const next = this.waiting[this.head];
    if (!next) {
      this.idle.push(connection);
      return;
    }
    this.head++;
    // An array with a moving head: shifting a long array costs a copy.
    if (this.head > 1024 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head);
      this.head = 0;
    }
    this.dispatch(connection, next);
  }

  private dispatch(connection: Connection, call: InvokeCall): void {
    call.connection = connection;
    const { payload } = call;
    const headers = this.headersOf(payload);
    let request = this.requestLine;
    for (let i = 0; i < headers.length; i += 2) request += `${headers[i]}: ${headers[i + 1]}\r\n`;
    connection.send(`${request}content-length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`, call);
  }
}

function signedHeaders(target: LambdaTarget, functionName: string): HeadersOf {
  const signer = new CallSigner({
    host: new URL(lambdaOrigin(target)).host,
    path: invokePath(functionName),
    region: target.region,
    credentials: target.credentials,
  });
  return body => signer.headers(body);
}

/** One Invoke call. */
class InvokeCall implements CallEnd {
  connection?: Connection;

  constructor(
    private readonly transport: LeanTransport,
    readonly payload: string,
    private readonly settle: (outcome: CallOutcome) => void,
  ) {}

  answered({ status, head, body }: HttpAnswer): void {
    const functionError = headerOf(head, FUNCTION_ERROR);
    const exception = status === 200 ? undefined : headerOf(head, ERROR_TYPE);
    this.finish(outcomeOfAnswer({ status, functionError, exception, payload: body }));
  }

  failed(error: Error, sent: boolean): void {
    const outcome = { errorClass: classifyThrown(error), retries: 0, message: messageOf(error) };
    this.finish({ ...outcome, ...(!sent && { notMade: true }) });
  }

  private finish(outcome: CallOutcome): void {
    if (this.connection) this.transport.release(this.connection);
    this.settle(outcome);
  }
}
