import { CodedError } from './errors';
import { Deferred } from './deferred';
import type { Disposable } from './lifecycle';

/** Both ends of a message channel: a webview, a worker, a child process, or a test's pair. */
export interface Port {
  post(message: unknown): void;
  /** Calls `listener` for every message; dispose to stop. */
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Calls `listener` once when the other side is gone. */
  onClose?(listener: () => void): Disposable;
  /** The other side has met an error that nobody there waits for. */
  onFault?(error: CodedError): void;
}

type Params<F> = F extends (params: infer P) => unknown ? P : never;
type Result<F> = F extends (params: never) => infer R ? Awaited<R> : never;

/** What one side offers and sends. A contract file in `src/protocol` declares one per side. */
export interface Side {
  requests: object;
  events: object;
}

/** The implementations of a side's requests. Each may be async; what it throws reaches the caller with `code` and `nextStep`. */
export type Handlers<S extends Side> = {
  [K in keyof S['requests']]: (
    params: Params<S['requests'][K]>,
  ) => Result<S['requests'][K]> | Promise<Result<S['requests'][K]>>;
};

interface WireError {
  code: string;
  message: string;
  nextStep?: string;
}
type Wire =
  | { rpc: 'call'; id: number; method: string; params: unknown }
  | { rpc: 'done'; id: number; result: unknown }
  | { rpc: 'fail'; id: number; error: WireError }
  | { rpc: 'event'; name: string; value: unknown }
  | { rpc: 'fault'; error: WireError };

function isWire(message: unknown): message is Wire {
  return typeof message === 'object' && message !== null && typeof (message as { rpc?: unknown }).rpc === 'string';
}

function toWireError(error: unknown): WireError {
  if (error instanceof CodedError) return { code: error.code, message: error.message, nextStep: error.nextStep };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

const fromWireError = ({ code, message, nextStep }: WireError): CodedError =>
  new CodedError(code, message, { nextStep });

/**
 * Typed requests and events over a port, both ways. `Local` is the side served here, `Remote` the side called.
 * A request returns or throws; every pending call is settled when the channel is disposed or the port closes (`CHANNEL_CLOSED`).
 * Messages that are not of this protocol are ignored; a call of an unknown method is answered with `UNKNOWN_METHOD`.
 */
export class RpcChannel<Local extends Side, Remote extends Side> implements Disposable {
  private nextId = 1;
  private readonly pending = new Map<number, Deferred<unknown>>();
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();
  private readonly subscriptions: Disposable[] = [];
  private closed = false;

  constructor(
    private readonly port: Port,
    private readonly handlers: Handlers<Local>,
  ) {
    this.subscriptions.push(port.onMessage(message => void this.receive(message)));
    const onClose = port.onClose?.(() => this.dispose());
    if (onClose) this.subscriptions.push(onClose);
  }

  /** Calls a request of the other side. */
  call<K extends keyof Remote['requests'] & string>(
    method: K,
    params: Params<Remote['requests'][K]>,
  ): Promise<Result<Remote['requests'][K]>> {
    if (this.closed) return Promise.reject(closedError());
    const id = this.nextId++;
    const deferred = new Deferred<unknown>();
    this.pending.set(id, deferred);
    try {
      this.port.post({ rpc: 'call', id, method, params } satisfies Wire);
    } catch (error) {
      this.pending.delete(id);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return deferred.promise as Promise<Result<Remote['requests'][K]>>;
  }

  /** Sends an event of this side. Nothing is sent once the channel is closed. */
  send<K extends keyof Local['events'] & string>(name: K, value: Local['events'][K]): void {
    if (!this.closed) this.port.post({ rpc: 'event', name, value } satisfies Wire);
  }

  /** Listens to an event of the other side. */
  on<K extends keyof Remote['events'] & string>(name: K, listener: (value: Remote['events'][K]) => void): Disposable {
    let set = this.listeners.get(name);
    if (!set) this.listeners.set(name, (set = new Set()));
    set.add(listener as (value: unknown) => void);
    return { dispose: () => void set.delete(listener as (value: unknown) => void) };
  }

  /** Hands an error that nobody here waits for to the other side, whose port says what becomes of it. */
  report(error: unknown): void {
    if (!this.closed) this.port.post({ rpc: 'fault', error: toWireError(error) } satisfies Wire);
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const deferred of this.pending.values()) deferred.reject(closedError());
    this.pending.clear();
    this.listeners.clear();
  }

  private async receive(message: unknown): Promise<void> {
    if (!isWire(message) || this.closed) return;
    switch (message.rpc) {
      case 'call':
        return this.serve(message);
      case 'done':
        this.settle(message.id)?.resolve(message.result);
        return;
      case 'fail':
        this.settle(message.id)?.reject(fromWireError(message.error));
        return;
      case 'fault':
        this.port.onFault?.(fromWireError(message.error));
        return;
      case 'event':
        for (const listener of this.listeners.get(message.name) ?? []) listener(message.value);
    }
  }

  private async serve(message: { id: number; method: string; params: unknown }): Promise<void> {
    const handlers = this.handlers as Record<string, ((params: unknown) => unknown) | undefined>;
    const handler = Object.hasOwn(handlers, message.method) ? handlers[message.method] : undefined;
    let answer: Wire;
    try {
      if (!handler) throw new CodedError('UNKNOWN_METHOD', `no request is called "${message.method}"`);
      answer = { rpc: 'done', id: message.id, result: await handler(message.params) };
    } catch (error) {
      answer = { rpc: 'fail', id: message.id, error: toWireError(error) };
    }
    if (this.closed) return;
    try {
      this.port.post(answer);
    } catch (error) {
      // what cannot be sent must not leave the caller waiting
      this.port.post({ rpc: 'fail', id: message.id, error: toWireError(error) } satisfies Wire);
    }
  }

  private settle(id: number): Deferred<unknown> | undefined {
    const deferred = this.pending.get(id);
    this.pending.delete(id);
    return deferred;
  }
}

function closedError(): CodedError {
  return new CodedError('CHANNEL_CLOSED', 'the other side is gone');
}
