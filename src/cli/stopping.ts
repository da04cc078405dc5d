import { deadline } from '../base/deadline';
import type { Screen } from './terminal/progress-line';

/** What takes less needs no word. Milliseconds. */
const QUIET_MS = 1_000;

/** Waits until the local cluster of a command has ended; says that this is what takes its time, where it takes long. Rejects as `ending`. */
export async function untilStopped(
  ending: Promise<void>,
  stderr: Pick<Screen, 'write'>,
  quietMs = QUIET_MS,
): Promise<void> {
  const inTime = deadline(quietMs, () => stderr.write('Stopping the local cluster…\n'));
  try {
    await ending;
  } finally {
    inTime();
  }
}
