import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readKept, type KeptProgress } from '../../core/chapters/kept';
import { writeWhole } from '../whole-file';

/** A larger file is not ours. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What is known of the chapters, one file a cluster, in the extension's own storage. What cannot be read counts as nothing known. */
export class RecordFiles {
  private writing: Promise<void> = Promise.resolve();

  /** @param directory made when something is kept first. */
  constructor(
    private readonly directory: string,
    private readonly log: (line: string) => void,
  ) {}

  async load(clusterId: string): Promise<KeptProgress | undefined> {
    const file = this.file(clusterId);
    try {
      if ((await stat(file)).size > MAX_BYTES) return undefined;
      const kept = readKept(await readFile(file, 'utf8'));
      if (!kept) this.log(`${file} is not what was written there; the chapters start afresh.`);
      return kept?.clusterId === clusterId ? kept : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.log(`${file} cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  /** One file after the other. Failures go to the log. */
  save(progress: KeptProgress): Promise<void> {
    const file = this.file(progress.clusterId);
    this.writing = this.writing
      .then(() => writeWhole(file, JSON.stringify(progress)))
      .catch((error: unknown) => this.log(`${file} cannot be written: ${String(error)}`));
    return this.writing;
  }

  private file(clusterId: string): string {
    const name = createHash('sha256').update(clusterId).digest('hex').slice(0, 32);
    return path.join(this.directory, `${name}.json`);
  }
}
