/** Directories of tests, and waiting for a condition: what also code needs that is bundled for an editor, so nothing is imported here but Node. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A new directory for one test, removed by `removeDirectory`. */
export function temporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-test-'));
}

/** The same for a Unix socket, whose whole path systems hold to some hundred bytes, however long that of the folder for temporary files is. */
export function socketDirectory(): string {
  const temporary = os.tmpdir();
  return fs.mkdtempSync(path.join(Buffer.byteLength(temporary) <= 60 ? temporary : '/tmp', 'dsqlw-test-'));
}

/** Removes a temporary directory and all in it. */
export function removeDirectory(directory: string): void {
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Removes a directory in which processes that are ending may still write their last words: as often as they bring it back to life. */
export function removeLiveDirectory(directory: string): Promise<void> {
  return until(() => {
    removeDirectory(directory);
    return true;
  }, `${directory} is left alone and can be removed`);
}

/**
 * Waits until `condition` holds; throws after `timeoutMs`, which by default is longer than a busy machine takes to start a cluster. The last thing
 * it threw is the cause.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`still waiting: ${what}`, { cause });
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
