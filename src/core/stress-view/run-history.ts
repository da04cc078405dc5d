import { Emitter } from '../../base/events';
import type { RunRow, VerdictView } from '../../protocol/stress-view';
import { readRecord } from './read-record';
import { rowOf, RUN_ID, type RunRecord } from './run-record';

/** Where the history lies: one file a run. Names are without a folder. */
export interface RunFiles {
  names(): Promise<string[]>;
  /** Rejects when there is no such file. */
  read(name: string): Promise<string>;
  /** Whole or not at all. */
  write(name: string, text: string): Promise<void>;
  /** A file that is gone already is no error. */
  remove(name: string): Promise<void>;
}

/** Runs that are kept; the oldest goes when another comes. */
const MAX_RUNS = 200;
const EXTENSION = '.json';

/**
 * The finished runs, over windows and restarts. Files that cannot be read are counted, left alone, and in nobody's way. A run that cannot be
 * written is there for as long as its window lives.
 */
export class RunHistory {
  private readonly changed = new Emitter<void>();
  /** A run came or went, in this window or, once `refresh` was called, in another. */
  readonly onDidChange = this.changed.event;
  private readonly rows = new Map<string, RunRow>();
  private readonly broken = new Set<string>();
  /** Whole runs that are in no file. */
  private readonly unwritten = new Map<string, RunRecord>();
  private reading: Promise<void> | undefined;

  constructor(
    private readonly files: RunFiles,
    private readonly maxRuns = MAX_RUNS,
  ) {}

  /** Newest first. */
  async list(): Promise<{ rows: RunRow[]; unreadable: number }> {
    await (this.reading ??= this.readAll());
    const rows = [...this.rows.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return { rows, unreadable: this.broken.size };
  }

  /** A run in full; nothing when it is not there any more or its file is damaged. */
  async get(id: string): Promise<RunRecord | undefined> {
    if (!RUN_ID.test(id)) return undefined;
    const unwritten = this.unwritten.get(id);
    if (unwritten) return unwritten;
    try {
      return readRecord(await this.files.read(id + EXTENSION));
    } catch {
      return undefined;
    }
  }

  /** @returns whether it is in its file; where it cannot be written its row says so, and that it may be exported. */
  async add(record: RunRecord): Promise<boolean> {
    await this.list();
    for (const earlier of [...this.unwritten.values()]) await this.write(earlier);
    const written = await this.write(record);
    const surplus = [...this.rows.keys()].sort().slice(0, Math.max(0, this.rows.size - this.maxRuns));
    for (const id of surplus) {
      this.rows.delete(id);
      this.unwritten.delete(id);
      await this.files.remove(id + EXTENSION);
    }
    this.changed.fire();
    return written;
  }

  /** Puts a record in the place of that of the same id, if it is still there. */
  async update(record: RunRecord): Promise<void> {
    await this.list();
    if (!this.rows.has(record.id)) return;
    await this.write(record);
    this.changed.fire();
  }

  async remove(id: string): Promise<void> {
    if (!RUN_ID.test(id)) return;
    await this.files.remove(id + EXTENSION);
    this.rows.delete(id);
    this.unwritten.delete(id);
    this.changed.fire();
  }

  /** Looks again: another window has written. */
  async refresh(): Promise<void> {
    this.reading = this.readAll();
    await this.reading;
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async write(record: RunRecord): Promise<boolean> {
    const row = rowOf(record);
    try {
      await this.files.write(record.id + EXTENSION, JSON.stringify(record));
    } catch (error) {
      this.unwritten.set(record.id, record);
      this.rows.set(record.id, { ...row, verdict: unwrittenVerdict(row.verdict, error) });
      return false;
    }
    this.unwritten.delete(record.id);
    this.rows.set(record.id, row);
    return true;
  }

  private async readAll(): Promise<void> {
    const names = (await this.files.names()).filter(name => name.endsWith(EXTENSION));
    const ids = new Set(names.map(name => name.slice(0, -EXTENSION.length)));
    for (const id of this.rows.keys()) if (!ids.has(id) && !this.unwritten.has(id)) this.rows.delete(id);
    this.broken.clear();
    for (const id of ids) {
      if (this.rows.has(id)) continue;
      const record = await this.get(id);
      if (record) this.rows.set(id, rowOf(record));
      else this.broken.add(id);
    }
  }
}

function unwrittenVerdict({ tone, text }: VerdictView, error: unknown): VerdictView {
  const why = error instanceof Error ? error.message : String(error);
  return {
    tone: tone === 'bad' ? 'bad' : 'warn',
    text: `${text}; not kept (${why}): export it before this window closes`,
  };
}
