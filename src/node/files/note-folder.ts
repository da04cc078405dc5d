import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SharedRuns, type NoteFiles } from '../../core/stress/shared-runs';
import { isAlive } from '../process-alive';

/** Small files in a folder of the user's own, which is made when the first is written. */
class NoteFolder implements NoteFiles {
  constructor(private readonly directory: string) {}

  async names(): Promise<string[]> {
    return readdir(this.directory).catch(() => []);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.directory, name), 'utf8');
  }

  async write(name: string, text: string): Promise<void> {
    const file = path.join(this.directory, name);
    await mkdir(this.directory, { recursive: true });
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  remove(name: string): Promise<void> {
    return rm(path.join(this.directory, name), { force: true });
  }
}

/** The stress runs that are noted in a folder, and those that this process makes. */
export const sharedRunsIn = (directory: string): SharedRuns =>
  new SharedRuns(new NoteFolder(directory), {
    pid: process.pid,
    isAlive,
    now: () => Date.now(),
    random: () => randomUUID().slice(0, 8),
  });
