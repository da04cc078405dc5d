import type { SqlColumn, SqlOutcome, SqlSink } from '../sql/contract';
import type { RowStore, RowStores } from './contract';
import { errorView } from './error-view';
import type { StatementResult } from './statement-result';

export interface RecorderContext {
  stores: () => Promise<RowStores>;
  quotaBytes: () => number;
  /** The panel is gone: rows are no longer wanted. */
  closed: () => boolean;
  changed: () => void;
  /** Text of a conflict that is tried again. */
  retryText: (attempt: number, delayMs: number) => string;
  now: () => number;
}

/** Takes one statement's rows into a store of its own. */
export class StatementRecorder {
  readonly sink: SqlSink;
  store: RowStore | undefined;

  constructor(
    readonly result: StatementResult,
    private readonly context: RecorderContext,
    sinceMs: number,
  ) {
    result.start(sinceMs);
    this.sink = {
      columns: columns => this.columns(columns),
      rows: rows => this.rows(rows),
      notice: notice => {
        result.notice(notice);
        context.changed();
      },
      retry: (attempt, delayMs, error) => {
        result.retries = attempt;
        const message = error instanceof Error ? error.message : String(error);
        result.say({ severity: 'info', text: context.retryText(attempt, delayMs), detail: message });
        context.changed();
      },
    };
  }

  private async columns(columns: SqlColumn[]): Promise<void> {
    if (columns.length > 0 && !this.context.closed()) {
      const stores = await this.context.stores();
      this.store ??= await stores.open({ quotaBytes: this.context.quotaBytes() });
      await this.store.columns(columns);
      // the panel was closed while the store was opened
      if (this.context.closed()) await this.close();
    }
    this.result.begin(columns);
    this.context.changed();
  }

  private async rows(rows: (string | null)[][]): Promise<void> {
    if (this.context.closed() || !this.store || rows.length === 0) return;
    await this.store.append(rows);
    this.result.rowsFetched += rows.length;
    this.context.changed();
  }

  succeed(outcome: SqlOutcome): void {
    this.result.succeed(outcome, this.context.now());
    this.context.changed();
  }

  fail(error: unknown): void {
    this.result.fail(errorView(error, this.result.sql, this.result.begins), this.context.now());
    this.context.changed();
  }

  async close(): Promise<void> {
    await this.store?.close();
    this.store = undefined;
  }
}
