import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENT_RETRY, withOccRetry } from '../../core/bank/occ-retry';

/** Runs an autocommit statement or a whole transaction again after conflicts, patiently; other errors are rethrown. */
export async function retried<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { value } = await withOccRetry(attempt, PATIENT_RETRY, {
    sleep: delayMs => sleep(delayMs, undefined, { signal }),
    random: Math.random,
  });
  return value;
}

/**
 * Runs `task` for every item, `width` at a time, in the order in which `items` gives them when a place is free. The first error stops the
 * others from starting and is thrown when those under way have ended.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (!failure) {
      const next = rest.next();
      if (next.done) return;
      await task(next.value).catch((error: unknown) => (failure ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failure) throw failure.error;
}
