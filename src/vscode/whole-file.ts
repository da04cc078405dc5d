import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file of the extension's own storage through one beside it, so that nobody ever reads half of it, and only this user any of it. Makes
 * the folder when it is missing. Straight on the disk: the editor's own file system asks the window, which is gone when a window that closes
 * keeps something. Rejects with the system's error; nothing is left beside the file then.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
