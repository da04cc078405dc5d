import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readKept, type KeptProgress } from '../../core/chapters/kept';
import { writeWhole } from '../whole-file';

/** A larger file is not ours. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The file that stands for a cluster in a folder: its name is no secret of the file's. */
export const clusterFile = (directory: string, clusterId: string, extension: string): string =>
  path.join(directory, createHash('sha256').update(clusterId).digest('hex').slice(0, 32) + extension);

/** What is known of the chapters, one file a cluster, in the extension's own storage. What cannot be read counts as nothing known. */
export class RecordFiles {
  private writing: Promise<void> = Promise.resolve();
  /** Which state of each file was read or written here last. */
  private readonly seen = new Map<string, string>();

  /** @param directory made when something is kept first. */
  constructor(
    private readonly directory: string,
    private readonly log: (line: string) => void,
  ) {}

  async load(clusterId: string): Promise<KeptProgress | undefined> {
    const file = this.file(clusterId);
    this.seen.set(file, await stateOf(file));
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
      .then(async () => void this.seen.set(file, await stateOf(file)))
      .catch((error: unknown) => this.log(`${file} cannot be written: ${String(error)}`));
    return this.writing;
  }

  /** Whether another window has written the cluster's file since it was read or written here. */
  async isForeign(clusterId: string): Promise<boolean> {
    await this.writing;
    const file = this.file(clusterId);
    return this.seen.get(file) !== (await stateOf(file));
  }

  private file(clusterId: string): string {
    return clusterFile(this.directory, clusterId, '.json');
  }
}

/** Each writing makes a file of its own. */
async function stateOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found ? `${found.ino}-${found.mtimeNs}-${found.size}` : '';
}
