import { setTimeout as sleep } from 'node:timers/promises';
import { RECOVERY_MS } from '../ports';
import { QueryFailed } from './catalog-query';
import { BackendRefused } from './connect';
import { ofFailure, serverUnavailable } from './errors';

const AGAIN_MS = 50;

/**
 * Does a request of the gateway's own again and again while PostgreSQL, which may be away for any time, does not answer it.
 * @param passes whether an error is of that kind @returns undefined when `isOver` says so first
 */
export async function outlast<T>(
  request: () => Promise<T>,
  isOver: () => boolean,
  passes: (error: unknown) => boolean = isOfPostgres,
): Promise<T | undefined> {
  while (!isOver()) {
    try {
      return await request();
    } catch (error) {
      if (!passes(error)) throw error;
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }
  return undefined;
}

const isOfPostgres = (error: unknown): boolean => error instanceof QueryFailed || error instanceof BackendRefused;

/** The answer to a request of the start: PostgreSQL recovers when one of its processes was killed. What it answers is final. @throws what it failed with last */
export async function firstAnswer<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + RECOVERY_MS;
  const isCut = (error: unknown): boolean => isOfPostgres(error) && ofFailure(error) === serverUnavailable;
  return (await outlast(request, () => performance.now() > deadline, isCut)) ?? (await request());
}
