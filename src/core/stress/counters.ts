import { ERROR_CLASSES } from './classify';
import type { ErrorClass } from './contract';
import type { CallOutcome } from './outcome';

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
const FIRST_ERROR = 10;
const SLOTS = FIRST_ERROR + ERROR_CLASSES.length;

/** Health of one worker's event loop; what a generator that is the bottleneck shows. */
export interface LoopHealth {
  delayP99Ms: number;
  delayMaxMs: number;
  /** Milliseconds in which the event loop worked. */
  activeMs: number;
  /** Share of time it worked, 0..1. */
  utilization: number;
}

/** The counters of one worker, or of several added up. */
export interface CounterValues {
  started: number;
  succeeded: number;
  failed: number;
  retries: number;
  maxRetries: number;
  callsWithRetries: number;
  exhausted: number;
  errors: Partial<Record<ErrorClass, number>>;
}

/**
 * Counters over shared memory: one worker writes, the controller reads at any time. Float64 slots, because a single aligned store of
 * eight bytes is never seen half written and counts stay exact up to 2^53.
 */
export class CallCounters {
  private readonly slots: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(SLOTS * 8)) {
    this.slots = new Float64Array(buffer);
  }

  started(): void {
    this.add(STARTED, 1);
  }

  /** Counts a call that ended. */
  ended(outcome: CallOutcome): void {
    if (outcome.retries > 0) {
      this.add(RETRIES, outcome.retries);
      this.add(CALLS_WITH_RETRIES, 1);
      if (outcome.retries > this.get(MAX_RETRIES)) this.slots[MAX_RETRIES] = outcome.retries;
    }
    if (outcome.exhausted) this.add(EXHAUSTED, 1);
    this.add(outcome.errorClass === undefined ? SUCCEEDED : FIRST_ERROR + ERROR_CLASSES.indexOf(outcome.errorClass), 1);
  }

  set health(health: LoopHealth) {
    this.slots[LOOP_DELAY_P99_MS] = health.delayP99Ms;
    this.slots[LOOP_DELAY_MAX_MS] = health.delayMaxMs;
    this.slots[LOOP_ACTIVE_MS] = health.activeMs;
    this.slots[LOOP_UTILIZATION] = health.utilization;
  }

  get health(): LoopHealth {
    return {
      delayP99Ms: this.get(LOOP_DELAY_P99_MS),
      delayMaxMs: this.get(LOOP_DELAY_MAX_MS),
      activeMs: this.get(LOOP_ACTIVE_MS),
      utilization: this.get(LOOP_UTILIZATION),
    };
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
    return {
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
