import type { Clock } from '../../base/clock';
import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { TransactionWrites } from '../../core/sql/transaction-writes';
import type { SqlOutcome, SqlRunOptions, SqlSession, SqlSink, SqlTransactionState } from '../../core/sql/contract';

/** One document's conversation with one cluster; knows since when its transaction is open. */
export class EditorSession implements Closeable {
  private readonly changed = new Emitter<void>();
  /** The transaction's state or age begins anew. */
  readonly onDidChange = this.changed.event;
  private openedAt: number | undefined;
  private last: SqlTransactionState = 'idle';
  private writes = new TransactionWrites();

  constructor(
    readonly profile: ConnectionProfile,
    private readonly session: SqlSession,
    private readonly clock: Clock,
  ) {}

  get transaction(): SqlTransactionState {
    return this.session.transaction;
  }

  /** When the open transaction began, milliseconds since the epoch; undefined while none is open. */
  get openedAtMs(): number | undefined {
    return this.transaction === 'idle' ? undefined : this.openedAt;
  }

  /** What the open transaction has written: `3 rows inserted, CREATE TABLE`; empty where that is nothing. */
  get written(): string {
    return this.transaction === 'open' ? this.writes.text : '';
  }

  /** As `SqlSession.run`. */
  async run(statement: string, sink: SqlSink, options?: SqlRunOptions): Promise<SqlOutcome> {
    const sentAt = this.clock.now();
    try {
      const outcome = await this.session.run(statement, sink, options);
      // COMMIT AND CHAIN: a new transaction, from now on
      if (/^(?:COMMIT|ROLLBACK)/.test(outcome.tag)) {
        this.openedAt = undefined;
        this.writes = new TransactionWrites();
      } else if (this.transaction !== 'idle') this.writes.take(outcome.tag);
      return outcome;
    } finally {
      this.observe(sentAt);
    }
  }

  /** Types of `$1`… as the server sees them; empty where it cannot be asked now. */
  async parameterTypes(statement: string, signal: AbortSignal): Promise<string[]> {
    if (this.transaction !== 'idle' || !this.session.describeParameters) return [];
    return this.session.describeParameters(statement, signal);
  }

  async close(): Promise<void> {
    await this.session.close();
    this.changed.dispose();
  }

  private observe(sentAt: number): void {
    const state = this.transaction;
    if (state === 'idle') {
      this.openedAt = undefined;
      this.writes = new TransactionWrites();
    } else this.openedAt ??= sentAt;
    if (state === this.last && state === 'idle') return;
    this.last = state;
    this.changed.fire();
  }
}
