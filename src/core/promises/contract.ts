/**
 * What a transfer function promises, and whether it keeps it. The promises are about behaviour only: the function is called through
 * Lambda's API and the database is looked at; how the handler is written, and with what, is its author's business.
 */
import type { DatabasePort } from '../sql/database-port';
import type { LambdaPort } from '../lambda/contract';

/**
 * How far the workshop has come: `money` (chapter 1: moved, never made or lost), `retries` (chapter 2: conflicts are tried again),
 * `history` (chapter 3: every transfer leaves one row). Each holds the ones before it.
 */
export const PROMISE_SETS = ['money', 'retries', 'history'] as const;
export type PromiseSet = (typeof PROMISE_SETS)[number];

/** What was seen when a promise was put to the test. */
export type Verdict =
  | { kept: true; observed: string }
  /** `advice`: what to do about it, imperative. */
  | { kept: false; observed: string; advice: string };

/** The outcome of one promise. */
export type PromiseOutcome = Verdict & { id: string; title: string; durationMs: number };

/** All promises of a set, in the order they were put to the test. */
export interface PromiseReport {
  functionName: string;
  set: PromiseSet;
  outcomes: PromiseOutcome[];
  durationMs: number;
}

/** What testing promises needs of the world. */
export interface PromisePorts {
  database: Pick<DatabasePort, 'query'>;
  lambda: Pick<LambdaPort, 'invoke'>;
}

export interface PromiseOptions {
  functionName: string;
  set: PromiseSet;
  /** Promises by id, whichever set asks for them first: these alone are tested. */
  only?: readonly string[];
  /** Hears of each outcome as it comes. */
  onOutcome?: (outcome: PromiseOutcome) => void;
  /** Aborting rejects with `CANCELLED`; the accounts made for the test are removed all the same. */
  signal?: AbortSignal;
  /** Milliseconds from a monotonic source. */
  monotonic?: () => number;
}
