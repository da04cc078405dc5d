import { setTimeout as delay } from 'node:timers/promises';
import { clusterErrors } from '../../core/clusters/errors';

/** Waits; rejects with `CANCELLED` as soon as the signal aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw clusterErrors.cancelled();
  }
}
