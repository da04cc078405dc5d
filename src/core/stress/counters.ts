import { PLACEMENT_MODULUS, placementShift } from '../bank/books';
import { ERROR_CLASSES } from './classify';
import type { ErrorClass } from './contract';
import type { Transfer } from '../bank/transfer';
import { conflictsOf, isUnreached, mayHaveBeenApplied, type CallOutcome } from './outcome';
import type { EndedCalls } from './outage';
import { Tally, TALLY_SLOTS } from './tally';

/** Calls are told apart by up to this many retries less one; the last count holds all beyond. */
export const RETRY_COUNTS = 17;

const STARTED = 0;
const SUCCEEDED = 1;
const RETRIES = 2;
const MAX_RETRIES = 3;
const CALLS_WITH_RETRIES = 4;
const EXHAUSTED = 5;
const LOOP_DELAY_P99_MS = 6;
const LOOP_DELAY_MAX_MS = 7;
const LOOP_ACTIVE_MS = 8;
const LOOP_UTILIZATION = 9;
const CONFLICTS = 10;
const DROPPED = 11;
const SEND_DELAY_MAX_MS = 12;
const WARMUP_STARTED = 13;
const WARMUP_SUCCEEDED = 14;
const WARMUP_FAILED = 15;
const ACKNOWLEDGED = 16;
const UNKNOWN = 17;
const FIRST_RETRY_COUNT = 18;
const FIRST_ERROR = FIRST_RETRY_COUNT + RETRY_COUNTS;
const PLACEMENT_SHIFT = FIRST_ERROR + ERROR_CLASSES.length;
const UNREACHED = PLACEMENT_SHIFT + 1;
const OTHERS = UNREACHED + 1;
const ANSWER_DELAY_MS = OTHERS + 1;
const WARMUP_DROPPED = ANSWER_DELAY_MS + 1;
const LOOP_WAIT_MS = WARMUP_DROPPED + 1;
const LOOP_LATE_SHARE = LOOP_WAIT_MS + 1;
/** From here on: `Tally`. */
const FIRST_TALLY = LOOP_LATE_SHARE + 1;
const SLOTS = FIRST_TALLY + TALLY_SLOTS;

/** Slots that hold a maximum, not a sum. */
const PEAKS: ReadonlySet<number> = new Set([
  MAX_RETRIES,
  LOOP_DELAY_P99_MS,
  LOOP_DELAY_MAX_MS,
  LOOP_WAIT_MS,
  LOOP_LATE_SHARE,
  LOOP_UTILIZATION,
  SEND_DELAY_MAX_MS,
]);

/** Health of one worker's event loop; what a generator that is the bottleneck shows. */
export interface LoopHealth {
  delayP99Ms: number;
  delayMaxMs: number;
  /** What would come at any moment waits for the loop to be free, on average. */
  waitMs: number;
  /** Share of time in which the loop was not free when it should have been, 0..1. */
  lateShare: number;
  /** Milliseconds in which the event loop worked. */
  activeMs: number;
  /** Share of time it worked, 0..1. */
  utilization: number;
  /** Open loop: the most by which a call was sent later than it was due. */
  sendDelayMaxMs: number;
  /** Milliseconds, over all calls, in which answers waited for those that were read before them in the same turn of the event loop. */
  answerDelayMs: number;
}

/** The counters of one worker, or of several added up. */
export interface CounterValues extends EndedCalls {
  started: number;
  succeeded: number;
  failed: number;
  retries: number;
  maxRetries: number;
  callsWithRetries: number;
  exhausted: number;
  errors: Partial<Record<ErrorClass, number>>;
  /** Attempts that met a conflict. */
  conflicts: number;
  dropped: number;
  /** Calls by number of retries, up to the most that occurred; empty when none ended. */
  retryCounts: number[];
  /** `dropped`: starts that were due while too many calls were out; absent: none. */
  warmup: { started: number; succeeded: number; failed: number; dropped?: number };
  /** Transfers that were acknowledged, and calls that ended without telling whether they were applied; warm-up included. */
  acknowledged: number;
  unknown: number;
  /** What the acknowledged transfers add to the bank's placement, see `placementShift`; off by multiples of its modulus. */
  placementShift: number;
}

/** What is counted of calls, without what they moved. */
export type CallCounts = Pick<
  CounterValues,
  'started' | 'succeeded' | 'failed' | 'warmup' | 'acknowledged' | 'unknown'
>;

/** Calls of which nobody knows whether they moved money: lost answers, and those that were given up. */
export function unknownCalls({ unknown, started, succeeded, failed, warmup }: CallCounts): number {
  return unknown + started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
}

/**
 * Counters over shared memory: one worker writes, the controller reads at any time. Float64 slots, because a single aligned store of
 * eight bytes is never seen half written and counts stay exact up to 2^53.
 */
export class CallCounters {
  /** The transfers by what they ask for. */
  readonly tally: Tally;
  private readonly slots: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(SLOTS * 8)) {
    this.slots = new Float64Array(buffer);
    this.tally = new Tally(this.slots.subarray(FIRST_TALLY));
  }

  /** Counts a call that starts; `transfer` is what it asks for. */
  started(transfer?: Transfer): void {
    this.add(STARTED, 1);
    if (transfer) this.tally.asked(transfer);
  }

  /** Counts a call that starts in the warm-up. */
  warmupStarted(transfer?: Transfer): void {
    this.add(WARMUP_STARTED, 1);
    if (transfer) this.tally.asked(transfer);
  }

  /** Counts a call of the warm-up that ended. */
  warmupEnded(outcome: CallOutcome, transfer?: Transfer): void {
    this.add(outcome.errorClass === undefined ? WARMUP_SUCCEEDED : WARMUP_FAILED, 1);
    this.settle(outcome, transfer);
  }

  /** Counts a start that was due while too many calls were out. */
  dropped(): void {
    this.add(DROPPED, 1);
  }

  /** The same in the warm-up. */
  warmupDropped(): void {
    this.add(WARMUP_DROPPED, 1);
  }

  /** Notes by how much a call was sent later than it was due. */
  sentLate(ms: number): void {
    if (ms > this.get(SEND_DELAY_MAX_MS)) this.slots[SEND_DELAY_MAX_MS] = ms;
  }

  /** Notes for how long an answer waited for those that were read before it in the same turn of the event loop. */
  answeredLate(ms: number): void {
    this.add(ANSWER_DELAY_MS, ms);
  }

  /** Counts a call that ended; `transfer` is what was asked for. */
  ended(outcome: CallOutcome, transfer?: Transfer): void {
    const conflicts = conflictsOf(outcome);
    if (conflicts > 0) this.add(CONFLICTS, conflicts);
    this.add(FIRST_RETRY_COUNT + Math.min(outcome.retries, RETRY_COUNTS - 1), 1);
    this.settle(outcome, transfer);
    if (outcome.retries > 0) {
      this.add(RETRIES, outcome.retries);
      this.add(CALLS_WITH_RETRIES, 1);
      if (outcome.retries > this.get(MAX_RETRIES)) this.slots[MAX_RETRIES] = outcome.retries;
    }
    if (outcome.exhausted) this.add(EXHAUSTED, 1);
    this.add(outcome.errorClass === undefined ? SUCCEEDED : FIRST_ERROR + ERROR_CLASSES.indexOf(outcome.errorClass), 1);
  }

  private settle(outcome: CallOutcome, transfer: Transfer | undefined): void {
    this.add(isUnreached(outcome) ? UNREACHED : OTHERS, 1);
    const { errorClass, movesNothing } = outcome;
    if (!movesNothing && mayHaveBeenApplied(outcome)) {
      this.add(UNKNOWN, 1);
      return;
    }
    const acknowledged = errorClass === undefined && !movesNothing;
    if (acknowledged) this.add(ACKNOWLEDGED, 1);
    if (!transfer) return;
    if (!acknowledged) return this.tally.refused(transfer);
    this.tally.acknowledged(transfer);
    this.slots[PLACEMENT_SHIFT] = (this.get(PLACEMENT_SHIFT) + placementShift(transfer)) % PLACEMENT_MODULUS;
  }

  set health(health: Omit<LoopHealth, 'sendDelayMaxMs' | 'answerDelayMs'>) {
    this.slots[LOOP_DELAY_P99_MS] = health.delayP99Ms;
    this.slots[LOOP_DELAY_MAX_MS] = health.delayMaxMs;
    this.slots[LOOP_WAIT_MS] = health.waitMs;
    this.slots[LOOP_LATE_SHARE] = health.lateShare;
    this.slots[LOOP_ACTIVE_MS] = health.activeMs;
    this.slots[LOOP_UTILIZATION] = health.utilization;
  }

  get health(): LoopHealth {
    return {
      sendDelayMaxMs: this.get(SEND_DELAY_MAX_MS),
      answerDelayMs: this.get(ANSWER_DELAY_MS),
      delayP99Ms: this.get(LOOP_DELAY_P99_MS),
      delayMaxMs: this.get(LOOP_DELAY_MAX_MS),
      waitMs: this.get(LOOP_WAIT_MS),
      lateShare: this.get(LOOP_LATE_SHARE),
      activeMs: this.get(LOOP_ACTIVE_MS),
      utilization: this.get(LOOP_UTILIZATION),
    };
  }

  /** Counts up to `calls` calls of which nobody will hear what became of them. */
  lost(calls: number): void {
    this.add(UNKNOWN, calls);
  }

  /** Adds the slots of another worker's counters, which may have come from another machine. */
  absorb(slots: ArrayLike<number>): void {
    for (let i = 0; i < FIRST_TALLY; i++) {
      const other = slots[i] ?? 0;
      if (PEAKS.has(i)) this.slots[i] = Math.max(this.get(i), other);
      else this.add(i, other);
    }
    this.tally.absorb(Array.from(slots).slice(FIRST_TALLY));
  }

  /** The values of all workers together. */
  static sum(all: readonly CallCounters[]): CounterValues {
    const total = (slot: number): number => all.reduce((sum, counters) => sum + counters.get(slot), 0);
    const errors: Partial<Record<ErrorClass, number>> = {};
    // Ended calls first: a call that starts meanwhile must not make `started` smaller than what ended.
    ERROR_CLASSES.forEach((name, i) => {
      const count = total(FIRST_ERROR + i);
      if (count > 0) errors[name] = count;
    });
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const retryCounts = Array.from({ length: RETRY_COUNTS }, (_, i) => total(FIRST_RETRY_COUNT + i));
    while (retryCounts.at(-1) === 0) retryCounts.pop();
    const warmupEnded = { succeeded: total(WARMUP_SUCCEEDED), failed: total(WARMUP_FAILED) };
    const warmupDropped = total(WARMUP_DROPPED);
    return {
      conflicts: total(CONFLICTS),
      dropped: total(DROPPED),
      retryCounts,
      acknowledged: total(ACKNOWLEDGED),
      unknown: total(UNKNOWN),
      placementShift: total(PLACEMENT_SHIFT),
      unreached: total(UNREACHED),
      others: total(OTHERS),
      warmup: {
        ...warmupEnded,
        started: total(WARMUP_STARTED),
        ...(warmupDropped > 0 && { dropped: warmupDropped }),
      },
      errors,
      failed,
      succeeded: total(SUCCEEDED),
      retries: total(RETRIES),
      maxRetries: Math.max(0, ...all.map(counters => counters.get(MAX_RETRIES))),
      callsWithRetries: total(CALLS_WITH_RETRIES),
      exhausted: total(EXHAUSTED),
      started: total(STARTED),
    };
  }

  private get(slot: number): number {
    return this.slots[slot] ?? 0;
  }

  private add(slot: number, amount: number): void {
    this.slots[slot] = this.get(slot) + amount;
  }
}
