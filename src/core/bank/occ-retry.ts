import { causes, CodedError } from '../../base/errors';

/** Retries after SQLSTATE 40001: the whole transaction, exponential backoff with jitter. */
export interface RetryPolicy {
  /** Tries in all; 1 means no retry. */
  maxAttempts: number;
  baseDelayMs: number;
  maxDelayMs: number;
  /** How much is random: a share 0 (none) to 1 (full jitter), read by `jitterShape`. */
  jitter: number;
  /**
   * `within` (default): that share of the delay is random. `added`: up to that share of the delay is added to it. `added-base`: up to
   * that share of `baseDelayMs` is added to it.
   */
  jitterShape?: 'within' | 'added' | 'added-base';
}

/**
 * Whether an error, or one of its causes (ORMs wrap the driver's error), is DSQL's "another transaction won": SQLSTATE 40001, or the
 * tokens OC000 and OC001, which some connectors report in its place. Nothing else may be retried: any other error either will not
 * go away or leaves open whether the transaction was committed.
 */
export function isOccConflict(error: unknown): boolean {
  return causes(error).some(link => {
    const code = (link as { code?: unknown }).code;
    return code === '40001' || code === 'OC000' || code === 'OC001';
  });
}

/** What a retry needs of the world. */
export interface RetryPorts {
  sleep(delayMs: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  isConflict?(error: unknown): boolean;
  /** Called before each wait. `retry` counts from 1. */
  onRetry?(retry: number, delayMs: number, error: unknown): void;
}

/** A value and what it took to get it. */
export interface Retried<T> {
  value: T;
  retries: number;
}

/** The wait before retry number `retry` (from 1): exponential, capped, with the random part that `policy.jitterShape` says. */
export function retryDelayMs(policy: RetryPolicy, retry: number, random: number): number {
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(retry - 1, 60));
  const share = policy.jitter * random;
  if (policy.jitterShape === 'added') return full + full * share;
  if (policy.jitterShape === 'added-base') return full + policy.baseDelayMs * share;
  return full * (1 - policy.jitter) + full * share;
}

/**
 * Runs `attempt`, which must be the whole transaction, until it succeeds, fails with something else than a conflict (rethrown as it
 * is), or has met `policy.maxAttempts` conflicts: then rejects with `OCC_RETRIES_EXHAUSTED`, whose cause is the last conflict.
 */
export async function withOccRetry<T>(
  attempt: (retry: number) => Promise<T>,
  policy: RetryPolicy,
  ports: RetryPorts,
): Promise<Retried<T>> {
  const isConflict = ports.isConflict ?? isOccConflict;
  for (let retries = 0; ; retries++) {
    try {
      return { value: await attempt(retries), retries };
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (retries + 1 >= policy.maxAttempts)
        throw new CodedError(
          'OCC_RETRIES_EXHAUSTED',
          `the transaction met a conflict in ${retries === 0 ? 'its only try' : `each of its ${retries + 1} tries`}`,
          { cause: error, nextStep: 'Allow more attempts or longer delays, or spread the writes over more rows.' },
        );
      const delayMs = retryDelayMs(policy, retries + 1, ports.random());
      ports.onRetry?.(retries + 1, delayMs, error);
      await ports.sleep(delayMs);
    }
  }
}

/** For loads and deletes, which should not fail for a conflict: patient, full jitter. */
export const PATIENT_RETRY: RetryPolicy = { maxAttempts: 20, baseDelayMs: 10, maxDelayMs: 2_000, jitter: 1 };
