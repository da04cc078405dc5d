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

/** Runs `task` for every item, `width` at a time. The first error stops the others from starting and is thrown when those under way have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (!failure && next < items.length) {
      const item = items[next++] as T;
      await task(item).catch((error: unknown) => (failure ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failure) throw failure.error;
}
