import type { CounterValues } from './counters';

/** What is counted of calls, without what they moved. */
export type CallCounts = Pick<
  CounterValues,
  'started' | 'succeeded' | 'failed' | 'warmup' | 'acknowledged' | 'unknown'
>;

/** Calls of which nobody knows whether they moved money: lost answers, and those that were given up. */
export function unknownCalls({ unknown, started, succeeded, failed, warmup }: CallCounts): number {
  return unknown + started - succeeded - failed + warmup.started - warmup.succeeded - warmup.failed;
}
