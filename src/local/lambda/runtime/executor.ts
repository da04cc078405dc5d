/** Runs invocations in this thread. Knows nothing of worker threads: messages come in, replies go out. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createContext, type WaitPolicy } from './context';
import { errorShape, errorText, RuntimeError, stackLines } from './error-shape';
import { loadHandler, type Handler } from './load-handler';
import { logLine } from './output';
import { NO_INVOCATION, Reply, type EnvironmentData, type InvokeMessage, type ReplyMessage } from './protocol';

/** What the executor needs of its thread. */
export interface ExecutorThread {
  reply(message: ReplyMessage): void;
  /** While true the thread stays alive though it has nothing to do. */
  keepAlive(alive: boolean): void;
  exit(code: number): void;
}

/** Where output goes that all invocations share: one runs at a time. */
export interface ExecutorLog {
  write(text: string): void;
  restart(): void;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/**
 * One invocation after the other, with the runtime's rules for callbacks and an empty event loop; or, where `maxConcurrency` is more than 1,
 * several at a time as on Lambda Managed Instances: each has a context of its own for what it prints and throws, the environment stays
 * active throughout, and an answer waits for nothing.
 */
export class Executor {
  private handler: Handler | undefined;
  private readonly running = new Set<InvokeMessage>();
  /** Which of several invocations code belongs to; absent where there is only one at a time, which costs nothing. */
  private readonly contexts: AsyncLocalStorage<InvokeMessage> | undefined;
  /** What to answer when the event loop is empty; set by callbacks that wait for that. */
  private answerWhenIdle: (() => void) | undefined;

  constructor(
    private readonly data: EnvironmentData,
    private readonly thread: ExecutorThread,
    private readonly log: ExecutorLog,
  ) {
    if (data.maxConcurrency > 1) this.contexts = new AsyncLocalStorage();
  }

  /** Id of the invocation that runs, for log lines. */
  get requestId(): string | undefined {
    return this.current?.[0];
  }

  /** Takes what a handler prints. */
  print(text: string): void {
    if (this.contexts) this.thread.reply([Reply.log, text, 0, this.current?.[6] ?? NO_INVOCATION]);
    else this.log.write(text);
  }

  /** INIT: loads the handler. Replies `ready` or `initFailed`. */
  async initialize(): Promise<void> {
    try {
      this.handler = await loadHandler(this.data.taskRoot, this.data.handler);
      this.thread.reply([Reply.ready, '', 0, NO_INVOCATION]);
    } catch (error) {
      const shape = errorShape(error);
      this.logError('Uncaught Exception', errorText(error, shape));
      this.thread.reply([Reply.initFailed, JSON.stringify(shape), 0, NO_INVOCATION]);
      this.thread.exit(1);
    }
  }

  /** Runs one invocation and replies once. */
  run(message: InvokeMessage): void {
    if (!this.contexts) this.log.restart();
    let event: unknown;
    try {
      event = message[1] === '' ? {} : JSON.parse(message[1]);
    } catch (error) {
      this.thread.reply([Reply.badPayload, (error as Error).message, 0, message[6]]);
      return;
    }
    this.running.add(message);
    if (this.contexts) {
      this.contexts.run(message, () => this.call(message, event));
      return;
    }
    this.answerWhenIdle = undefined;
    this.thread.keepAlive(false);
    this.call(message, event);
  }

  private call(message: InvokeMessage, event: unknown): void {
    const settle = (error: unknown, result: unknown) => {
      if (!this.running.has(message)) return;
      const answer = () => (error == null ? this.succeed(message, result) : this.fail(message, error));
      if (!this.contexts && policy.callbackWaitsForEmptyEventLoop === true && error == null)
        this.answerWhenIdle ??= answer;
      else answer();
    };
    const policy: WaitPolicy = createContext(this.data, message, settle);
    try {
      const handler = this.handler!;
      const returned = handler(event, policy, settle);
      if (isThenable(returned))
        returned.then(
          result => this.succeed(message, result),
          error => this.fail(message, error),
        );
    } catch (error) {
      this.fail(message, error);
    }
  }

  /** The event loop has nothing left: answer a waiting callback, or null for a handler that will never answer. */
  idle(): void {
    const message = this.current;
    if (!message) return;
    if (this.answerWhenIdle) this.answerWhenIdle();
    else this.succeed(message, null);
  }

  /** An exception or rejection that nobody caught: it ends the environment, and the invocations that run. */
  crash(error: unknown, kind: 'Uncaught Exception' | 'Unhandled Promise Rejection'): void {
    const shape = errorShape(
      kind === 'Unhandled Promise Rejection'
        ? new RuntimeError('Runtime.UnhandledPromiseRejection', describe(error), error)
        : error,
    );
    if (kind === 'Unhandled Promise Rejection' && error instanceof Error) shape.trace.push(...stackLines(error.stack));
    this.logError(kind, errorText(kind === 'Uncaught Exception' ? error : undefined, shape));
    const id = this.current?.[6] ?? NO_INVOCATION;
    this.running.clear();
    this.thread.reply([Reply.fatal, JSON.stringify(shape), 0, id]);
    this.thread.exit(kind === 'Uncaught Exception' ? 129 : 128);
  }

  /** The invocation that the running code belongs to. */
  private get current(): InvokeMessage | undefined {
    if (this.contexts) return this.contexts.getStore();
    for (const message of this.running) return message;
    return undefined;
  }

  private succeed(message: InvokeMessage, result: unknown): void {
    if (!this.running.has(message)) return;
    let text: string;
    try {
      // a function or a symbol has no JSON: null, as for undefined
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      this.fail(message, new Error('Unable to stringify response body'));
      return;
    }
    this.finish(message, [Reply.result, text, memoryUsed(message), message[6]]);
  }

  private fail(message: InvokeMessage, error: unknown): void {
    if (!this.running.has(message)) return;
    const shape = errorShape(error);
    this.logError('Invoke Error', errorText(error, shape));
    this.finish(message, [Reply.failure, JSON.stringify(shape), memoryUsed(message), message[6]]);
  }

  private finish(message: InvokeMessage, reply: ReplyMessage): void {
    this.running.delete(message);
    if (!this.contexts) {
      this.answerWhenIdle = undefined;
      this.thread.keepAlive(true);
    }
    this.thread.reply(reply);
  }

  private logError(title: string, text: string): void {
    this.print(logLine(this.requestId, 'ERROR', `${title} \t${text}`));
  }
}

function describe(reason: unknown): string {
  try {
    return String(reason);
  } catch {
    return 'a value that has no text';
  }
}

function memoryUsed(message: InvokeMessage): number {
  if (!message[4]) return 0;
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}
