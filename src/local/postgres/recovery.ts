import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { RECOVERY_MS } from '../ports';

/** Being stopped, starting or recovering; connections; no room for one more. */
const AWAY = /^(?:57P|08|53300)/;
const RECOVERING = '57P03';

/** Whether a request failed because PostgreSQL could not be reached, or went away over it. Everything else is its answer, or a fault of ours. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === undefined || AWAY.test(error.code);
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError);
}

const AGAIN_MS = 100;
/** A PostgreSQL that is damaged cuts each connection: one that does so more often is not tried again. */
const MOST_CUTS = 5;

/**
 * Makes a request again that PostgreSQL cut short: the postmaster ends all connections and recovers when one of its processes was killed.
 * @param isOver the postmaster itself is gone @throws what the request failed with last
 */
export async function outlastRecovery<T>(request: () => Promise<T>, isOver: () => boolean): Promise<T> {
  const deadline = performance.now() + RECOVERY_MS;
  for (let cuts = 0; ;) {
    try {
      return await request();
    } catch (error) {
      if (!isAway(error) || isOver() || performance.now() > deadline) throw error;
      if ((error as { code?: string }).code !== RECOVERING && ++cuts > MOST_CUTS) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
