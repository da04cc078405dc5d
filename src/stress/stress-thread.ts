import type { RecordableHistogram } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { CodedError } from '../base/errors';
import { RpcChannel } from '../base/rpc';
import { classifyThrown } from '../core/stress/classify';
import { CallCounters } from '../core/stress/counters';
import type { Recordings, StressControllerSide, StressWorkerSide } from '../protocol/stress';
import { ErrorSamples } from '../core/stress/error-samples';
import { HotKeys } from '../core/stress/hot-keys';
import type { Share } from './assignments';
import { newRecordings } from './recordings';
import { workerPort } from '../node/thread-port';

/** One worker thread of a run: its counters and histograms can be read at any time, also after it died. */
export class StressThread {
  readonly counters = new CallCounters();
  readonly hotKeys = new HotKeys();
  readonly errorSamples = new ErrorSamples();
  recordings: Recordings<RecordableHistogram> = newRecordings();
  private readonly worker: Worker;
  private readonly channel: RpcChannel<StressControllerSide, StressWorkerSide<RecordableHistogram>>;
  private death?: unknown;

  constructor(
    file: string,
    private readonly assignment: Share,
    /** Where it waits for the others between batches. */
    private readonly barrier?: SharedArrayBuffer,
  ) {
    // The SDK's notice about Node versions belongs to the process, not to each of its threads.
    const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    // nothing that this process was started with, such as a compiler's hooks, which each thread would have to load
    this.worker = new Worker(file, { name: 'stress', env, execArgv: [], stdout: true });
    // what a module prints is no part of what the command prints for others to read
    this.worker.stdout.on('data', (text: Buffer) => process.stderr.write(text));
    this.worker.on('error', error => (this.death = error));
    this.channel = new RpcChannel(workerPort(this.worker), {});
  }

  async prepare(): Promise<void> {
    const { barrier } = this;
    const memory = {
      counters: this.counters.buffer,
      hotKeys: this.hotKeys.buffer,
      errorSamples: this.errorSamples.buffer,
      ...(barrier && { barrier }),
    };
    const recordings = await this.alive(this.channel.call('prepare', { ...this.assignment, ...memory }));
    this.recordings = { ...this.recordings, ...recordings };
  }

  /** Resolves when this worker's calls have ended; `startAt` is the run's start, see `monotonicMs`. Rejects with `STRESS_WORKER_DIED` when the thread ended before. */
  async run(startAt: number): Promise<void> {
    await this.alive(this.channel.call('run', { startAt }));
  }

  /** No further call; at most `graceMs` for those in flight. A worker that does not answer is left to `close`. */
  async stop(graceMs: number): Promise<void> {
    await this.channel.call('stop', { graceMs }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.channel.dispose();
    await this.worker.terminate();
  }

  private async alive<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'CHANNEL_CLOSED') throw error;
      const reason = this.death instanceof Error ? this.death.message : 'it exited';
      throw new CodedError('STRESS_WORKER_DIED', `a worker thread of the stress run ended: ${reason}`, {
        cause: this.death ?? error,
        nextStep: this.nextStep(),
      });
    }
  }

  private nextStep(): string {
    if (this.assignment.drive.type !== 'custom')
      return 'Run again with fewer calls in flight or fewer workers; if it happens again, report it with the log.';
    // a pool tells of idle connections that broke by an event, which ends the thread where nobody listens
    return classifyThrown(this.death) === 'connection'
      ? "A connection broke while no call used it. Let the module listen: pool.on('error', () => {}); its pool then opens another."
      : 'Correct the module: what it throws outside of its calls, or a rejection that nobody handles, ends its thread.';
  }
}
