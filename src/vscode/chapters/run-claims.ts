import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chapterErrors } from './chapter-errors';
import { clusterFile } from './record-files';

/** How often a window that runs shows that it is there. */
const SIGN_OF_LIFE_MS = 5_000;
/** A claim that shows no sign of life for so long is nobody's, though a process has the number of the one that made it. */
const ABANDONED_AFTER_MS = 60_000;

interface Claim {
  /** Of the window's session: numbers of processes come again. */
  id: string;
  pid: number;
  window: string;
  chapter: string;
}

/** Which window of this user runs chapters on a cluster: at most one, by a file beside the records that names it. */
export class RunClaims {
  private readonly id = randomUUID();

  /**
   * @param window how another window calls this one.
   * @param isAlive whether a process of that number exists.
   */
  constructor(
    private readonly directory: string,
    private readonly window: () => string,
    private readonly isAlive: (pid: number) => boolean,
  ) {}

  /**
   * Claims the cluster for a run of the chapter of that title. @returns what gives it up.
   * @throws CodedError `RUN_IN_OTHER_WINDOW`, with the window's name and its chapter
   */
  async take(clusterId: string, chapter: string): Promise<() => Promise<void>> {
    const file = clusterFile(this.directory, clusterId, '.run');
    const claim: Claim = { id: this.id, pid: process.pid, window: this.window(), chapter };
    while (!(await created(file, JSON.stringify(claim)))) {
      const other = await this.other(clusterId);
      if (other) throw chapterErrors.busyElsewhere(other.chapter, other.window);
      await rm(file, { force: true });
    }
    const sign = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), SIGN_OF_LIFE_MS);
    sign.unref();
    return async () => {
      clearInterval(sign);
      await rm(file, { force: true });
    };
  }

  /** The run of another window on the cluster, if there is one. */
  async other(clusterId: string): Promise<Pick<Claim, 'window' | 'chapter'> | undefined> {
    const file = clusterFile(this.directory, clusterId, '.run');
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      const { id, pid, window, chapter } = JSON.parse(text) as Partial<Record<keyof Claim, unknown>>;
      const stands = typeof pid === 'number' && this.isAlive(pid) && Date.now() - mtimeMs < ABANDONED_AFTER_MS;
      if (!stands || id === this.id) return undefined;
      return { window: String(window), chapter: String(chapter) };
    } catch {
      // gone meanwhile, or not of this form: nobody's
      return undefined;
    }
  }
}

/** Whether the file was made; false where it is there already. */
async function created(file: string, text: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
