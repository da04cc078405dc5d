import { Deferred } from '../base/deferred';
import type { AccountPair } from '../core/stress/accounts';
import type { CallCounters } from '../core/stress/counters';
import type { ErrorSamples } from '../core/stress/error-samples';
import type { HotKeys } from '../core/stress/hot-keys';
import type { Transfer } from '../core/bank/transfer';
import { conflictsOf, type CallOutcome, type Transport } from '../core/stress/outcome';
import { microseconds } from './histogram';

/** Records microseconds, at least 1. */
export interface Recorder {
  record(microseconds: number): void;
}

/** What the calls of a loop work with. */
export interface CallParts {
  amount: number;
  transport: Transport;
  nextPair: () => AccountPair;
  counters: CallCounters;
  /** Where the accounts of a transfer that met a conflict are counted; absent where calls have none. */
  hotKeys?: HotKeys;
  /** Keeps what failed calls were told. */
  errorSamples?: Pick<ErrorSamples, 'note'>;
  latency: Recorder;
  handlerLatency: Recorder;
  /** Client end-to-end less the handler's own time. */
  overheadLatency: Recorder;
  /** The running second. */
  window: {
    ended(sinceStartMs: number, microseconds: number, outcome: CallOutcome): void;
    dropped(sinceStartMs: number): void;
  };
  /** Milliseconds since the run's start. */
  now: () => number;
  /** Calls started before this moment belong to the warm-up. */
  warmupMs: number;
}

/** The calls of one loop: starts them, records how they ended, and gives up on what is left when told to stop. */
export class Calls {
  /** Calls started that count, so without those of the warm-up. */
  started = 0;
  inFlight = 0;
  stopping = false;
  private abandoned = false;
  /** When this turn of the event loop told of its first answer. */
  private turnAt?: number;
  private readonly finished = new Deferred<null>();

  constructor(
    private readonly parts: CallParts,
    /** Told after each call that ended. */
    private readonly onEnd: () => void,
  ) {}

  /** Resolves when the loop says that it is done, or `stop` gave up. */
  get done(): Promise<null> {
    return this.finished.promise;
  }

  /** Sends a call whose latency counts from `dueAt`. */
  start(dueAt: number): void {
    const { transport, nextPair, amount, counters, warmupMs } = this.parts;
    const { payer, payee } = nextPair();
    const transfer: Transfer = { payer, payee, amount };
    this.inFlight++;
    if (dueAt < warmupMs) {
      counters.warmupStarted(transfer);
      transport.send(transfer, outcome => this.endWarmup(transfer, outcome));
      return;
    }
    this.started++;
    counters.started(transfer);
    transport.send(transfer, outcome => this.end(dueAt, transfer, outcome));
  }

  /** The loop's last call has ended. */
  finish(): void {
    this.finished.resolve(null);
  }

  /**
   * Lets no further call start and waits at most `graceMs` for those in flight; what has not ended then is abandoned: neither succeeded
   * nor failed, because nobody knows. Closes the transport.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    if (this.inFlight > 0) {
      let timer: NodeJS.Timeout | undefined;
      // a thread that was busy sees its timers before the answers that came meanwhile: those are read first
      const grace = new Promise<void>(resolve => (timer = setTimeout(() => setImmediate(resolve), graceMs)));
      await Promise.race([this.finished.promise, grace]);
      clearTimeout(timer);
    }
    this.abandoned = true;
    this.finished.resolve(null);
    this.parts.transport.close();
  }

  private end(dueAt: number, transfer: Transfer, outcome: CallOutcome): void {
    if (this.abandoned) return;
    const { latency, handlerLatency, overheadLatency, window, hotKeys, errorSamples, counters, now } = this.parts;
    const at = now();
    counters.answeredLate(at - this.turnBegan(at));
    const took = microseconds(at - dueAt);
    latency.record(took);
    window.ended(at, took, outcome);
    if (outcome.handlerMs !== undefined) {
      handlerLatency.record(microseconds(outcome.handlerMs));
      overheadLatency.record(microseconds(at - dueAt - outcome.handlerMs));
    }
    counters.ended(outcome, transfer);
    if (outcome.errorClass !== undefined) errorSamples?.note(outcome.errorClass, outcome.message);
    const conflicts = hotKeys ? conflictsOf(outcome) : 0;
    if (conflicts > 0) {
      hotKeys?.add(transfer.payer, conflicts);
      hotKeys?.add(transfer.payee, conflicts);
    }
    this.inFlight--;
    this.onEnd();
  }

  /** What is told next in this turn of the event loop had come when it began, or not much later, and waited. */
  private turnBegan(at: number): number {
    if (this.turnAt !== undefined) return this.turnAt;
    setImmediate(() => (this.turnAt = undefined));
    return (this.turnAt = at);
  }

  private endWarmup(transfer: Transfer, outcome: CallOutcome): void {
    if (this.abandoned) return;
    this.parts.counters.warmupEnded(outcome, transfer);
    this.inFlight--;
    this.onEnd();
  }
}
