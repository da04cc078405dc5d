import type { RowStore, RowStores } from '../../core/results/contract';
import { errorView } from '../../core/results/error-view';
import type { StatementResult } from '../../core/results/statement-result';
import type { SqlColumn, SqlSink } from '../../core/sql/contract';
import type { ResultRecorder } from './results';

export interface RecorderContext {
  stores: () => Promise<RowStores>;
  quotaBytes: () => number;
  /** The panel is gone: rows are no longer wanted. */
  closed: () => boolean;
  changed: () => void;
  /** Text of a conflict that is tried again. */
  retryText: (attempt: number, delayMs: number) => string;
}

/** Takes one statement's rows into a store of its own. */
export class StatementRecorder implements ResultRecorder {
  readonly sink: SqlSink;
  store: RowStore | undefined;

  constructor(
    readonly result: StatementResult,
    private readonly context: RecorderContext,
  ) {
    result.start(Date.now());
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
    }
    this.result.begin(columns);
    this.context.changed();
  }

  private async rows(rows: (string | null)[][]): Promise<void> {
    if (this.context.closed() || !this.store) return;
    await this.store.append(rows);
    this.result.rowsFetched += rows.length;
    this.context.changed();
  }

  succeed(outcome: Parameters<ResultRecorder['succeed']>[0]): void {
    this.result.succeed(outcome, Date.now());
    this.context.changed();
  }

  fail(error: unknown): void {
    this.result.fail(errorView(error, this.result.sql), Date.now());
    this.context.changed();
  }

  async close(): Promise<void> {
    await this.store?.close();
    this.store = undefined;
  }
}
