import { pause } from '../base/abort';
import { CodedError } from '../base/errors';
import type { RunResult } from '../core/stress/contract';
import { untilStill, type StillnessPorts } from '../core/stress/left-behind';
import { runTargetKey, type SharedRuns } from '../core/stress/shared-runs';
import { runNotesDirectory } from '../local/postgres/directories';
import { createDatabase } from '../node/database';
import { sharedRunsIn } from '../node/files/note-folder';
import type { Target } from '../node/target';

/** The stress runs of this user on this machine; nothing where there is no place for data of the user's. */
export function sharedRuns(): SharedRuns | undefined {
  try {
    return sharedRunsIn(runNotesDirectory());
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** Makes a run that others know of, once what the last one on the target left under way has ended. Rejects as `make`, and with `CANCELLED`. */
export async function knownRun(
  target: Target,
  name: string,
  make: () => Promise<RunResult>,
  { say, signal }: Pick<StillnessPorts, 'say' | 'signal'>,
): Promise<RunResult> {
  const shared = sharedRuns();
  if (!shared) return make();
  const key = runTargetKey(target);
  const left = await shared.left(key);
  if (left) {
    const database = createDatabase(target);
    try {
      await untilStill(left, { database, say, pause, signal });
    } finally {
      await database.close();
    }
  }
  return shared.noted(key, name, make);
}
