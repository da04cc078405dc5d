/** The host's side of one execution environment: a worker thread, its life, its deadlines. */
import { Worker } from 'node:worker_threads';
import { createLogMemory, LogReader } from '../runtime/log-memory';
import { NO_INVOCATION, Reply, type EnvironmentData, type InvokeMessage, type ReplyMessage } from '../runtime/protocol';
import { exitPayload, outOfMemoryPayload, timeoutPayload, type Outcome } from './outcome';

export interface EnvironmentOptions {
  /** `dist/lambda-environment.js` */
  script: string;
  data: Omit<EnvironmentData, 'logMemory'>;
  variables: Record<string, string>;
  timeoutMs: number;
  initTimeoutMs: number;
}

/** One invocation, as the pool hands it over. */
export interface Job {
  requestId: string;
  payload: string;
  invokedArn: string;
  wantMemoryUsed: boolean;
  clientContext: string;
  done(outcome: Outcome): void;
}

/** What the pool learns of an environment. After `gone` nothing more comes. */
export interface EnvironmentEvents {
  /** It takes a job again, or for the first time. */
  free(environment: Environment): void;
  /** INIT ended in an error; `payload` is what the caller with that request id gets. `gone` follows. */
  initFailed(payload: (requestId: string) => string, output: string): void;
  gone(environment: Environment): void;
  /** Printed while no invocation ran. */
  stray(text: string): void;
}

/** V8's young generation, MiB: small, so that two dozen environments fit in a laptop. */
const YOUNG_GENERATION_MB = 16;

/** An invocation of so long waits for something else than the processor; the first one also connects, and is compiled while it runs. */
const THINKING_MS = 200;
const COLD_THINKING_MS = 500;

/** A job that was handed over. */
interface Running {
  readonly job: Job;
  readonly startedAt: number;
  /** What it printed, where it is not the only one to print. */
  output: string;
}

export class Environment {
  private readonly worker: Worker;
  private readonly log: LogReader;
  private readonly createdAt = performance.now();
  private state: 'init' | 'ready' | 'gone' = 'init';
  /** By id, the oldest first. */
  private readonly running = new Map<number, Running>();
  private lastId = NO_INVOCATION;
  private lastReplyAt = 0;
  /** No invocation has ended yet. */
  private isCold = true;
  private initMs: number | undefined;
  private overflow = '';
  private timer: NodeJS.Timeout;
  private armedMs = 0;
  /** Monotonic milliseconds; when it last became idle. */
  idleSince = 0;

  constructor(
    private readonly options: EnvironmentOptions,
    private readonly events: EnvironmentEvents,
  ) {
    const logMemory = createLogMemory();
    this.log = new LogReader(logMemory);
    this.worker = new Worker(options.script, {
      workerData: { ...options.data, logMemory } satisfies EnvironmentData,
      env: options.variables,
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      name: options.data.functionName,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(32, options.data.memoryMb - YOUNG_GENERATION_MB),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('message', (message: ReplyMessage) => this.receive(message));
    this.worker.on('error', error => this.failed(error));
    this.worker.on('exit', code => this.exited(code));
    this.timer = setTimeout(() => this.initTimedOut(), options.initTimeoutMs).unref();
  }

  /** Invocations that run. */
  get load(): number {
    return this.running.size;
  }

  /** Whether it takes one more. */
  get hasRoom(): boolean {
    return this.state === 'ready' && this.running.size < this.options.data.maxConcurrency;
  }

  /** At work, as far as can be seen from outside: it starts, or has not had its invocation for long. */
  isWorking(nowMs: number): boolean {
    if (this.state === 'init') return true;
    const oldest = this.oldest();
    return oldest !== undefined && nowMs - oldest.startedAt < (this.isCold ? COLD_THINKING_MS : THINKING_MS);
  }

  /** Runs a job. Only where it has room. */
  run(job: Job): void {
    const isFirst = this.running.size === 0;
    if (isFirst) {
      this.passOnStrayOutput();
      if (this.armedMs === this.options.timeoutMs) this.timer.refresh();
      else this.arm(this.options.timeoutMs);
    }
    const id = ++this.lastId;
    this.running.set(id, { job, startedAt: performance.now(), output: '' });
    const message: InvokeMessage = [
      job.requestId,
      job.payload,
      Date.now() + this.options.timeoutMs,
      job.invokedArn,
      job.wantMemoryUsed,
      job.clientContext,
      id,
    ];
    this.worker.postMessage(message);
  }

  /** Ends the environment at once. Invocations that run are answered with `payload`, the only one or that whose error it was. */
  stop(payload?: string, id = NO_INVOCATION): void {
    if (this.state === 'gone') return;
    if (this.running.size === 0) this.passOnStrayOutput();
    for (const [each, { job }] of [...this.running]) {
      const isCause = payload !== undefined && (id === NO_INVOCATION || id === each);
      this.answer(each, isCause ? payload : exitPayload(job.requestId, payload === undefined ? 137 : 1), true, 0);
    }
    this.leave();
    void this.worker.terminate();
  }

  private receive([kind, text, memoryUsedBytes, id]: ReplyMessage): void {
    if (this.state === 'gone') return;
    switch (kind) {
      case Reply.ready:
        this.initMs = performance.now() - this.createdAt;
        this.arm(this.options.timeoutMs);
        this.state = 'ready';
        this.hasRoomAgain();
        return;
      case Reply.initFailed:
        this.endInit(() => text);
        return;
      case Reply.log: {
        this.lastReplyAt = performance.now();
        const running = this.running.get(id);
        if (running) running.output += text;
        else if (this.options.data.maxConcurrency > 1) this.events.stray(text);
        else this.overflow += text;
        return;
      }
      case Reply.badPayload:
        this.finish(id, { payload: '', badPayload: text, durationMs: 0, memoryUsedBytes: 0, output: '' });
        this.hasRoomAgain();
        return;
      case Reply.fatal:
        this.stop(text, id);
        return;
      default:
        this.answer(id, text, kind === Reply.failure, memoryUsedBytes);
        this.hasRoomAgain();
    }
  }

  /** It has room again, or for the first time. */
  private hasRoomAgain(): void {
    this.lastReplyAt = performance.now();
    if (this.running.size === 0) this.idleSince = this.lastReplyAt;
    this.events.free(this);
  }

  private answer(id: number, payload: string, failed: boolean, memoryUsedBytes: number): void {
    const running = this.running.get(id);
    // answered already, when its time was up
    if (!running) return;
    const outcome: Outcome = {
      payload,
      durationMs: performance.now() - running.startedAt,
      memoryUsedBytes,
      output: this.options.data.maxConcurrency > 1 ? running.output : this.takeOutput(),
    };
    if (failed) outcome.functionError = 'Unhandled';
    if (this.initMs !== undefined) {
      outcome.initMs = this.initMs;
      this.initMs = undefined;
    }
    this.finish(id, outcome);
  }

  private finish(id: number, outcome: Outcome): void {
    const running = this.running.get(id);
    this.running.delete(id);
    this.isCold = false;
    running?.job.done(outcome);
  }

  private passOnStrayOutput(): void {
    const text = this.takeOutput();
    if (text !== '') this.events.stray(text);
  }

  private takeOutput(): string {
    const text = this.log.drain() + this.overflow;
    this.overflow = '';
    return text;
  }

  private oldest(): Running | undefined {
    for (const running of this.running.values()) return running;
    return undefined;
  }

  private arm(ms: number): void {
    clearTimeout(this.timer);
    this.armedMs = ms;
    this.timer = setTimeout(() => this.endLate(), ms).unref();
  }

  /**
   * Ends what has had its time. The only invocation of an environment takes it along; of several, each has a time of its own and the environment
   * goes on (source: Lambda Managed Instances, execution environment, 2025-12), unless it has said nothing for so long, as in an endless loop.
   */
  private endLate(): void {
    const { timeoutMs, data } = this.options;
    const isSilent = performance.now() - this.lastReplyAt >= timeoutMs;
    for (const [id, { job, startedAt }] of [...this.running]) {
      const leftMs = startedAt + timeoutMs - performance.now();
      if (leftMs > 1) {
        this.arm(leftMs);
        return;
      }
      const payload = timeoutPayload(job.requestId, timeoutMs, Date.now());
      if (data.maxConcurrency === 1 || isSilent) {
        this.stop(payload, id);
        return;
      }
      this.answer(id, payload, true, 0);
      this.events.free(this);
    }
  }

  private initTimedOut(): void {
    if (this.state !== 'init') return;
    this.endInit(requestId => timeoutPayload(requestId, this.options.initTimeoutMs, Date.now()));
  }

  private failed(error: Error): void {
    const isOutOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    const { name, message } = error;
    this.end(requestId =>
      isOutOfMemory
        ? outOfMemoryPayload(requestId)
        : JSON.stringify({ errorType: name, errorMessage: message, trace: [] }),
    );
  }

  private exited(code: number): void {
    this.end(requestId => exitPayload(requestId, code));
  }

  /** The thread ended by itself. */
  private end(payload: (requestId: string) => string): void {
    if (this.state === 'gone') return;
    if (this.state === 'init') {
      this.endInit(payload);
      return;
    }
    for (const [id, { job }] of [...this.running]) this.answer(id, payload(job.requestId), true, 0);
    this.stop();
  }

  private endInit(payload: (requestId: string) => string): void {
    this.events.initFailed(payload, this.takeOutput());
    this.leave();
    void this.worker.terminate();
  }

  private leave(): void {
    this.state = 'gone';
    clearTimeout(this.timer);
    this.events.gone(this);
  }
}
