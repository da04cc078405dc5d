import type { RunPlan, RunSnapshot, SeriesPoint } from '../stress/contract';
import { NO_AUDIT, resultOf } from '../stress/result';
import { readRecord } from './read-record';
import type { RunFiles, RunHistory } from './run-history';
import { RUN_ID, type RunRecord } from './run-record';

/** Who makes a run, as another window can ask after it. */
export interface RunOwner {
  /** Of this window. */
  id: string;
  isAlive(id: string): boolean;
}

const EXTENSION = '.under-way';
/** Why a run was stopped that nobody stopped. */
export const ENDED_WITH_WINDOW = 'Its window was closed or loaded anew.';
const INTERRUPTED =
  'interrupted: the window ended while the run went on\nThe figures are those last written down; calls that were in flight may or may not have been applied, and nobody counted the balances afterwards.';

/** What is written down of a run that has not ended: what the history shows should it never end. */
export function interruptedRecord(
  run: Omit<RunRecord, 'version' | 'result'>,
  plan: RunPlan,
  last: RunSnapshot,
  series: SeriesPoint[],
): RunRecord {
  const ending = { status: 'failed', failure: INTERRUPTED } as const;
  const { startedAt } = run;
  // nothing is claimed of money that nobody counted
  const uncounted = { ...NO_AUDIT, failure: INTERRUPTED };
  return { version: 1, ...run, result: resultOf(plan, last, uncounted, NO_AUDIT, ending, { startedAt, series }) };
}

/**
 * Runs under way, beside the history: a window that ends leaves its run here, and the next one tells of it; where it was killed, that puts it
 * into the history.
 */
export class UnfinishedRuns {
  constructor(
    private readonly files: RunFiles,
    private readonly owner: RunOwner,
  ) {}

  /** Writes down how far a run is. */
  keep(record: RunRecord): Promise<void> {
    return this.files.write(record.id + EXTENSION, JSON.stringify({ owner: this.owner.id, record }));
  }

  /** The run has ended. */
  forget(id: string): Promise<void> {
    return this.files.remove(id + EXTENSION);
  }

  /** Puts the runs of windows that are gone into the history. @returns their ids. Before this window makes runs of its own. */
  async recover(history: RunHistory): Promise<string[]> {
    const ended: string[] = [];
    for (const name of await this.files.names()) {
      const id = name.slice(0, -EXTENSION.length);
      if (!name.endsWith(EXTENSION) || !RUN_ID.test(id)) continue;
      const { owner, record } = await this.read(name);
      // whoever had this window's id before is gone
      if (owner !== undefined && owner !== this.owner.id && this.owner.isAlive(owner)) continue;
      if (record?.id === id) {
        // a window that was closed has kept its end
        if (!(await history.get(id)) && !(await history.add(record))) continue;
        ended.push(id);
      }
      await this.files.remove(name);
    }
    return ended.sort();
  }

  private async read(name: string): Promise<{ owner?: string; record?: RunRecord }> {
    try {
      const { owner, record } = JSON.parse(await this.files.read(name)) as Record<string, unknown>;
      const read = readRecord(JSON.stringify(record));
      return { ...(typeof owner === 'string' && { owner }), ...(read && { record: read }) };
    } catch {
      return {};
    }
  }
}
