/** Runs invocations one after the other in this thread. Knows nothing of worker threads: messages come in, replies go out. */
import { createContext, type WaitPolicy } from './context';
import { errorShape, RuntimeError, stackLines, type ErrorShape } from './error-shape';
import { loadHandler, type Handler } from './load-handler';
import type { LogWriter } from './log-memory';
import { logLine } from './output';
import { Reply, type EnvironmentData, type InvokeMessage, type ReplyMessage } from './protocol';

/** What the executor needs of its thread. */
export interface ExecutorThread {
  reply(message: ReplyMessage): void;
  /** While true the thread stays alive though it has nothing to do. */
  keepAlive(alive: boolean): void;
  exit(code: number): void;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

export class Executor {
  private handler: Handler | undefined;
  private current: InvokeMessage | undefined;
  /** What to answer when the event loop is empty; set by callbacks that wait for that. */
  private answerWhenIdle: (() => void) | undefined;

  constructor(
    private readonly data: EnvironmentData,
    private readonly thread: ExecutorThread,
    private readonly log: LogWriter,
  ) {}

  /** Id of the invocation that runs, for log lines. */
  get requestId(): string | undefined {
    return this.current?.[0];
  }

  /** INIT: loads the handler. Replies `ready` or `initFailed`. */
  async initialize(): Promise<void> {
    try {
      this.handler = await loadHandler(this.data.taskRoot, this.data.handler);
      this.thread.reply([Reply.ready, '', 0]);
    } catch (error) {
      const shape = errorShape(error);
      this.logError('Uncaught Exception', shape);
      this.thread.reply([Reply.initFailed, JSON.stringify(shape), 0]);
      this.thread.exit(1);
    }
  }

  /** Runs one invocation and replies once. */
  run(message: InvokeMessage): void {
    this.log.restart();
    let event: unknown;
    try {
      event = message[1] === '' ? {} : JSON.parse(message[1]);
    } catch (error) {
      this.thread.reply([Reply.badPayload, (error as Error).message, 0]);
      return;
    }
    this.current = message;
    this.answerWhenIdle = undefined;
    this.thread.keepAlive(false);
    const settle = (error: unknown, result: unknown) => {
      if (this.current !== message) return;
      const answer = () => (error == null ? this.succeed(message, result) : this.fail(message, error));
      if (policy.callbackWaitsForEmptyEventLoop === true && error == null) this.answerWhenIdle ??= answer;
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

  /** An exception or rejection that nobody caught: it ends the environment, and the invocation that runs. */
  crash(error: unknown, kind: 'Uncaught Exception' | 'Unhandled Promise Rejection'): void {
    const shape = errorShape(
      kind === 'Unhandled Promise Rejection'
        ? new RuntimeError('Runtime.UnhandledPromiseRejection', describe(error), error)
        : error,
    );
    if (kind === 'Unhandled Promise Rejection' && error instanceof Error) shape.trace.push(...stackLines(error.stack));
    this.logError(kind, shape);
    this.current = undefined;
    this.thread.reply([Reply.fatal, JSON.stringify(shape), 0]);
    this.thread.exit(kind === 'Uncaught Exception' ? 129 : 128);
  }

  private succeed(message: InvokeMessage, result: unknown): void {
    if (this.current !== message) return;
    let text: string;
    try {
      // a function or a symbol has no JSON: null, as for undefined
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      this.fail(message, new Error('Unable to stringify response body'));
      return;
    }
    this.finish([Reply.result, text, memoryUsed(message)]);
  }

  private fail(message: InvokeMessage, error: unknown): void {
    if (this.current !== message) return;
    const shape = errorShape(error);
    this.logError('Invoke Error', shape);
    this.finish([Reply.failure, JSON.stringify(shape), memoryUsed(message)]);
  }

  private finish(reply: ReplyMessage): void {
    this.current = undefined;
    this.answerWhenIdle = undefined;
    this.thread.keepAlive(true);
    this.thread.reply(reply);
  }

  private logError(title: string, shape: ErrorShape): void {
    const { trace, ...rest } = shape;
    this.log.write(logLine(this.requestId, 'ERROR', `${title} \t${JSON.stringify({ ...rest, stack: trace })}`));
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
