import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunFiles } from '../../core/stress-view/run-history';
import { writeWhole } from '../whole-file';

/** The history's files in a folder of the extension's own storage, shared by all windows. */
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

  write(name: string, text: string): Promise<void> {
    return writeWhole(this.file(name), text);
  }

  remove(name: string): Promise<void> {
    return rm(this.file(name), { force: true });
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}
