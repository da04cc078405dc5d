import type { SqlRetryPolicy } from './contract';

/** AWS's own guidance for the service (DSQL skill, 2026-10-01): 5 tries, 50 ms base, 5 s cap. */
export const DEFAULT_RETRY: SqlRetryPolicy = { maxAttempts: 5, baseDelayMs: 50, maxDelayMs: 5_000 };

/** A policy out of settings: each number that is missing or out of range is the default's. */
export function retryPolicy(maxAttempts: unknown, baseDelayMs: unknown, maxDelayMs: unknown): SqlRetryPolicy {
  const within = (value: unknown, low: number, high: number, fallback: number): number =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : fallback;
  const base = within(baseDelayMs, 1, 10_000, DEFAULT_RETRY.baseDelayMs);
  return {
    maxAttempts: within(maxAttempts, 1, 100, DEFAULT_RETRY.maxAttempts),
    baseDelayMs: base,
    maxDelayMs: Math.max(base, within(maxDelayMs, 1, 60_000, DEFAULT_RETRY.maxDelayMs)),
  };
}
