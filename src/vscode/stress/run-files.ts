import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunFiles } from '../../core/stress-view/run-history';

/**
 * The history's files in a folder of the extension's own storage, shared by all windows. Straight on the disk: the editor's own file system
 * asks the window, which is gone when the run of a window that closes is kept.
 */
export class FolderRunFiles implements RunFiles {
  constructor(private readonly directory: string) {}

  async names(): Promise<string[]> {
    try {
      const entries = await readdir(this.directory, { withFileTypes: true });
      return entries.filter(entry => entry.isFile()).map(({ name }) => name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  read(name: string): Promise<string> {
    return readFile(this.file(name), 'utf8');
  }

  /** Through a file of another name, so that nobody ever reads half a run. */
  async write(name: string, text: string): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const draft = this.file(`${name}.tmp`);
    await writeFile(draft, text);
    await rename(draft, this.file(name));
  }

  remove(name: string): Promise<void> {
    return rm(this.file(name), { force: true });
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}
