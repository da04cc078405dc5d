import { setTimeout as sleep } from 'node:timers/promises';
import { QueryFailed } from './catalog-query';
import { BackendRefused } from './connect';

const AGAIN_MS = 50;

/**
 * Does a request of the gateway's own again and again while PostgreSQL, which may be away for any time, does not answer it.
 * @returns undefined when `isOver` says so first
 */
export async function outlast<T>(request: () => Promise<T>, isOver: () => boolean): Promise<T | undefined> {
  while (!isOver()) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof QueryFailed || error instanceof BackendRefused)) throw error;
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }
  return undefined;
}
