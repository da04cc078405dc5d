import type { Chapter } from '../../core/chapters/contract';
import type { KeptProgress } from '../../core/chapters/kept';
import type { RecordFiles } from './record-files';
import { StepRecords } from './step-records';

/** How long records wait for more news before they are written. */
const SAVE_AFTER_MS = 500;

/**
 * The records of one cluster, and the file that all windows keep them in. What this window did is written whatever the file holds; what it
 * only saw, when it looked at the checks, gives way to what another window has written meanwhile.
 */
export class KeptRecords {
  private now = new StepRecords('');
  private saving: NodeJS.Timeout | undefined;
  private own = false;
  /** The facts as the file has them. */
  private filed = '';

  /**
   * @param chapters all that are known.
   * @param otherRuns whether another window runs chapters on the records' cluster: then nothing that is only seen here is worth keeping.
   */
  constructor(
    private readonly files: RecordFiles,
    private readonly chapters: () => readonly Chapter[],
    private readonly otherRuns: () => Promise<boolean>,
  ) {}

  get records(): StepRecords {
    return this.now;
  }

  /** Reads those of a cluster; what was not saved of the former is dropped. */
  async load(clusterId: string): Promise<void> {
    const kept = await this.files.load(clusterId);
    this.stop();
    this.now = new StepRecords(clusterId, kept);
    this.filed = factsOf(kept);
  }

  /** Another window has written since they were read. */
  async isOutdated(): Promise<boolean> {
    return this.now.clusterId !== '' && (await this.files.isForeign(this.now.clusterId));
  }

  /** @param own what changed was done in this window, not only seen. */
  saveSoon(own: boolean): void {
    this.own ||= own;
    this.saving ??= setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  /** Writes at once what `saveSoon` put off. */
  async save(): Promise<void> {
    if (this.saving === undefined) return;
    const own = this.own;
    this.stop();
    const { clusterId } = this.now;
    if (clusterId === '') return;
    const kept = this.now.keep(this.chapters());
    const facts = factsOf(kept);
    if (!own && (facts === this.filed || (await this.otherRuns()) || (await this.isOutdated()))) return;
    this.filed = facts;
    await this.files.save(kept);
  }

  private stop(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    this.own = false;
  }
}

/** What is said of the steps, without what was seen beside it: windows that look at the same steps agree in it, and come to rest. */
function factsOf(kept: KeptProgress | undefined): string {
  const chapters = Object.entries(kept?.chapters ?? {}).map(([slug, { steps }]) => [
    slug,
    Object.entries(steps).map(([id, { status, wasDone, doneAt, seenOpen }]) => [id, status, wasDone, doneAt, seenOpen]),
  ]);
  return JSON.stringify(chapters);
}
