/** The host's side of one execution environment: a worker thread, its life, its deadline. */
import { Worker } from 'node:worker_threads';
import { createLogMemory, LogReader } from '../runtime/log-memory';
import { Reply, type EnvironmentData, type InvokeMessage, type ReplyMessage } from '../runtime/protocol';
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
  idle(environment: Environment): void;
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

export class Environment {
  private readonly worker: Worker;
  private readonly log: LogReader;
  private readonly createdAt = performance.now();
  private state: 'init' | 'idle' | 'busy' | 'gone' = 'init';
  private job: Job | undefined;
  private startedAt = 0;
  /** No invocation has ended yet. */
  private isCold = true;
  private initMs: number | undefined;
  private overflow = '';
  private timer: NodeJS.Timeout;
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

  /** At work, as far as can be seen from outside: it starts, or has not had its invocation for long. */
  isWorking(nowMs: number): boolean {
    if (this.state !== 'busy') return this.state === 'init';
    return nowMs - this.startedAt < (this.isCold ? COLD_THINKING_MS : THINKING_MS);
  }

  /** Runs a job. Only when idle. */
  run(job: Job): void {
    this.passOnStrayOutput();
    this.log.restart();
    this.job = job;
    this.state = 'busy';
    this.startedAt = performance.now();
    this.timer.refresh();
    const message: InvokeMessage = [
      job.requestId,
      job.payload,
      Date.now() + this.options.timeoutMs,
      job.invokedArn,
      job.wantMemoryUsed,
      job.clientContext,
    ];
    this.worker.postMessage(message);
  }

  /** Ends the environment at once. An invocation that runs is answered with `payload`. */
  stop(payload?: string): void {
    if (this.state === 'gone') return;
    const job = this.job;
    if (job) this.answer(payload ?? exitPayload(job.requestId, 137), true, 0);
    else this.passOnStrayOutput();
    this.leave();
    void this.worker.terminate();
  }

  private receive([kind, text, memoryUsedBytes]: ReplyMessage): void {
    if (this.state === 'gone') return;
    switch (kind) {
      case Reply.ready:
        this.initMs = performance.now() - this.createdAt;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.timedOut(), this.options.timeoutMs).unref();
        this.becomeIdle();
        return;
      case Reply.initFailed:
        this.endInit(() => text);
        return;
      case Reply.log:
        this.overflow += text;
        return;
      case Reply.badPayload:
        this.finish({ payload: '', badPayload: text, durationMs: 0, memoryUsedBytes: 0, output: '' });
        this.becomeIdle();
        return;
      case Reply.fatal:
        this.stop(text);
        return;
      default:
        this.answer(text, kind === Reply.failure, memoryUsedBytes);
        this.becomeIdle();
    }
  }

  private becomeIdle(): void {
    this.state = 'idle';
    this.idleSince = performance.now();
    this.events.idle(this);
  }

  private answer(payload: string, failed: boolean, memoryUsedBytes: number): void {
    const outcome: Outcome = {
      payload,
      durationMs: performance.now() - this.startedAt,
      memoryUsedBytes,
      output: this.takeOutput(),
    };
    if (failed) outcome.functionError = 'Unhandled';
    if (this.initMs !== undefined) {
      outcome.initMs = this.initMs;
      this.initMs = undefined;
    }
    this.finish(outcome);
  }

  private finish(outcome: Outcome): void {
    const job = this.job;
    this.job = undefined;
    this.isCold = false;
    job?.done(outcome);
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

  private timedOut(): void {
    const job = this.job;
    if (this.state !== 'busy' || !job) return;
    this.stop(timeoutPayload(job.requestId, this.options.timeoutMs, Date.now()));
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
    if (this.state === 'init') this.endInit(payload);
    else this.stop(payload(this.job?.requestId ?? ''));
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
