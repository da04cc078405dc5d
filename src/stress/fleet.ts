import { CallCounters } from '../core/stress/counters';
import type { RunSnapshot } from '../core/stress/contract';
import { generatorHealth } from '../core/stress/health';
import { summarize } from '../core/stress/latency';
import { SlidingRate } from '../core/stress/rate';
import { connectionsOf } from './assignments';
import { mergeHistograms } from './histogram';
import { StressThread } from './stress-thread';
import type { Assignment } from '../protocol/stress';

/** All worker threads of one run. */
export class Fleet {
  private readonly threads: StressThread[];
  private readonly rate = new SlidingRate();
  private readonly connections: number;
  private beganAt?: number;
  private endedAt?: number;

  constructor(workerFile: string, shares: readonly Omit<Assignment, 'counters'>[]) {
    this.threads = shares.map(share => new StressThread(workerFile, share));
    this.connections = shares.reduce((sum, share) => sum + connectionsOf(share), 0);
  }

  /** Every worker connects; the clock does not run yet. */
  async prepare(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.prepare()));
  }

  /** Starts the clock and all workers; resolves when all calls have ended, rejects when a worker failed. */
  async run(): Promise<void> {
    this.beganAt = performance.now();
    await Promise.all(this.threads.map(thread => thread.run()));
  }

  /** Stops within about `graceMs`, also when a worker does not answer. */
  async stop(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>(resolve => (timer = setTimeout(resolve, graceMs + 200)));
    await Promise.race([Promise.all(this.threads.map(thread => thread.stop(graceMs))), deadline]);
    clearTimeout(timer);
  }

  /** Stops the clock. */
  freeze(): void {
    this.endedAt ??= performance.now();
  }

  /** The state of all workers now. */
  snapshot(): RunSnapshot {
    const elapsedMs = this.beganAt === undefined ? 0 : (this.endedAt ?? performance.now()) - this.beganAt;
    const values = CallCounters.sum(this.threads.map(thread => thread.counters));
    const ended = values.succeeded + values.failed;
    return {
      ...values,
      elapsedMs,
      inFlight: values.started - ended,
      callsPerSecond: this.rate.sample(elapsedMs, ended),
      latency: summarize(mergeHistograms(this.threads.map(thread => thread.recordings.latency))),
      handlerLatency: summarize(mergeHistograms(this.threads.map(thread => thread.recordings.handlerLatency))),
      generator: generatorHealth(
        this.threads.map(thread => thread.counters.health),
        this.connections,
        ended,
      ),
    };
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.close()));
  }
}
