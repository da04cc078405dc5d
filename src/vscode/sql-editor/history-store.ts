import type * as vscode from 'vscode';
import { addToHistory, readHistory, type HistoryEntry, type NewHistoryEntry } from '../../core/sql/history';
import { historySize } from './sql-settings';

const KEY = 'dsqlWorkshop.sqlHistory';

/** The history in the editor's own storage on this machine, shared by its windows; never synchronised to others. */
export class HistoryStore {
  private sequence = 0;

  /** @param onError why a statement was not kept. */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Newest first. */
  get entries(): readonly HistoryEntry[] {
    return readHistory(this.memento.get(KEY), historySize());
  }

  add(entry: Omit<NewHistoryEntry, 'id'>): void {
    const limit = historySize();
    const id = `${entry.startedAtMs.toString(36)}-${process.pid.toString(36)}-${(this.sequence++).toString(36)}`;
    const before = this.entries;
    if (limit === 0 && before.length === 0 && this.memento.get(KEY) === undefined) return;
    const entries = limit === 0 ? undefined : addToHistory(before, { ...entry, id }, limit);
    this.memento.update(KEY, entries).then(undefined, this.onError);
  }

  async remove(id: string): Promise<void> {
    await this.memento.update(
      KEY,
      this.entries.filter(entry => entry.id !== id),
    );
  }

  async clear(): Promise<void> {
    await this.memento.update(KEY, undefined);
  }
}
