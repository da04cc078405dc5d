import type { CallCounters } from '../core/stress/counters';
import type { AccountPair } from '../core/stress/accounts';
import type { CallOutcome, Transport } from '../core/stress/outcome';
import { Deferred } from '../base/deferred';

/** Records microseconds, at least 1. */
export interface Recorder {
  record(microseconds: number): void;
}

/** What a loop works with. */
export interface LoopParts {
  calls: number;
  inFlight: number;
  amount: number;
  transport: Transport;
  nextPair: () => AccountPair;
  counters: CallCounters;
  latency: Recorder;
  handlerLatency: Recorder;
  /** Monotonic milliseconds. */
  now: () => number;
}

/**
 * A closed loop: `inFlight` calls at a time until `calls` have been made; each call that ends starts the next. Latency runs from the
 * moment a call is due until its answer is read, so waiting for a connection and signing count.
 */
export class ClosedLoop {
  private started = 0;
  private inFlight = 0;
  private stopping = false;
  private abandoned = false;
  private pumping = false;
  private readonly finished = new Deferred<null>();

  constructor(private readonly parts: LoopParts) {}

  /** Makes the calls. Resolves when the last one ended, or `stop` gave up on it. */
  run(): Promise<null> {
    this.pump();
    return this.finished.promise;
  }

  /**
   * Starts no further call and waits at most `graceMs` for those in flight; what has not ended then is abandoned: neither succeeded nor
   * failed, because nobody knows. Closes the transport.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    if (this.inFlight > 0) {
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>(resolve => (timer = setTimeout(resolve, graceMs)));
      await Promise.race([this.finished.promise, grace]);
      clearTimeout(timer);
    }
    this.abandoned = true;
    this.finished.resolve(null);
    this.parts.transport.close();
  }

  private pump(): void {
    // A transport may settle before `send` returns: this loop then goes on, it does not recurse.
    if (this.pumping) return;
    this.pumping = true;
    const { calls, inFlight } = this.parts;
    while (!this.stopping && this.inFlight < inFlight && this.started < calls) this.startCall();
    this.pumping = false;
    if (this.inFlight === 0 && (this.stopping || this.started === calls)) this.finished.resolve(null);
  }

  private startCall(): void {
    const { transport, nextPair, amount, counters, now } = this.parts;
    const { payer, payee } = nextPair();
    this.started++;
    this.inFlight++;
    counters.started();
    const startedAt = now();
    transport.send({ payer, payee, amount }, outcome => this.endCall(startedAt, outcome));
  }

  private endCall(startedAt: number, outcome: CallOutcome): void {
    if (this.abandoned) return;
    const { latency, handlerLatency, counters, now } = this.parts;
    latency.record(microseconds(now() - startedAt));
    if (outcome.handlerMs !== undefined) handlerLatency.record(microseconds(outcome.handlerMs));
    counters.ended(outcome);
    this.inFlight--;
    this.pump();
  }
}

/** Whole microseconds within what the histogram takes. */
const microseconds = (ms: number): number => Math.min(MAX_RECORDED_MICROSECONDS, Math.max(1, Math.round(ms * 1000)));

/** One hour: the longest latency the histograms hold. */
export const MAX_RECORDED_MICROSECONDS = 3_600_000_000;
