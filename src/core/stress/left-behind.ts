import { CodedError } from '../../base/errors';
import { count } from '../../base/number-text';
import { AUDIT_WITH_PLACEMENT } from '../bank/schema';
import type { DatabasePort } from '../sql/database-port';

/** A run that ended with calls in flight: the functions that took them go on, and may commit yet. */
export interface LeftBehind {
  /** Of the run. */
  name: string;
  /** In flight at its end; absent: the run was killed, and nobody knows. */
  calls?: number;
}

/** So long after its end nothing of a run is waited for any more: the workshop's functions and their retries take less. */
export const LEFT_BEHIND_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** So many looks in a row that find the same: nobody moved money for a second. */
const STILL_LOOKS = 3;
const MOST_LOOKS = LEFT_BEHIND_MS / LOOK_EVERY_MS;

/** What a wait needs of the world. */
export interface StillnessPorts {
  database: Pick<DatabasePort, 'query'>;
  say(text: string): void;
  /** Resolves after so many milliseconds, or with the signal. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
}

/**
 * Waits until what a run left behind has ended: until no money moves for a second, at most half a minute. Else the next run would find in
 * its books what the calls of the last one did. A bank that cannot be looked at is left to the run, which says what is wrong with it.
 * Rejects with `CANCELLED` when the signal fires.
 */
export async function untilStill({ name, calls }: LeftBehind, ports: StillnessPorts): Promise<void> {
  const { database, say, pause, signal } = ports;
  const text = calls === 1 ? 'one call' : `${count(calls ?? 0)} calls`;
  const how = calls === undefined ? 'was killed' : `ended with ${text} under way`;
  say(`Waiting until no more money moves: “${name}” ${how}…`);
  let seen: string | undefined;
  let still = 0;
  for (let looks = 0; looks < MOST_LOOKS && still < STILL_LOOKS; looks++) {
    if (looks > 0) await pause(LOOK_EVERY_MS, signal);
    if (signal.aborted) throw new CodedError('CANCELLED', 'cancelled');
    const found = await database.query(AUDIT_WITH_PLACEMENT, { signal }).then(
      ({ rows }) => JSON.stringify(rows),
      () => undefined,
    );
    if (found === undefined) return;
    still = found === seen ? still + 1 : 1;
    seen = found;
  }
}
