import fs from 'node:fs';
import { dataDirectoryUnusable } from './errors';

/** Writes a file that only its owner can read, whole or not at all. Rejects with a coded error. */
export function writePrivateFile(file: string, content: string, mode = 0o600): void {
  const draft = `${file}.${process.pid}.partial`;
  try {
    fs.writeFileSync(draft, content, { mode });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw dataDirectoryUnusable(file, error);
  }
}

/** Removes what nobody trusts once its process has ended; it stays where it cannot be removed, on a file system that has become read-only. */
export function removeIfPossible(fileOrFolder: string): void {
  try {
    fs.rmSync(fileOrFolder, { recursive: true, force: true });
  } catch {
    // whoever finds it sees that its process is gone
  }
}

/** The content of a file; undefined where there is none. */
export function readIfExists(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw dataDirectoryUnusable(file, error);
  }
}
