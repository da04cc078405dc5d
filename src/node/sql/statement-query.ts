import { DatabaseError, type Connection, type FieldDef, type Submittable } from 'pg';
import { Deferred } from '../../base/deferred';
import type { SqlColumn, SqlSink, SqlTransactionState, SqlValue } from '../../core/sql/contract';
import { mayBeCutShort } from '../../core/sql/statement-effect';
import { typeNameOf } from '../../core/sql/type-names';
import { RowDelivery } from './row-delivery';

/** How a statement ended on its connection. */
export type Settled =
  | { kind: 'done'; tag: string; rowCount: number; limited: boolean; transaction: SqlTransactionState }
  | { kind: 'refused'; error: DatabaseError; transaction: SqlTransactionState }
  /** The connection ended first. `error` is the server's last word, or the network's. */
  | { kind: 'lost'; error: Error }
  /** The sink threw; the connection is given up. */
  | { kind: 'sink'; error: unknown };

const STATES: Record<string, SqlTransactionState> = { I: 'idle', T: 'open', E: 'failed' };

/**
 * One statement in the extended protocol, Sync sent along with it, so that it takes one round trip and an autocommit statement's
 * conflict, which the service reports after the command's completion, still reaches the caller. Rows go to the sink as they come; a slow
 * sink stops the reading of the socket, and so the server.
 */
export class StatementQuery implements Submittable {
  private readonly outcome = new Deferred<Settled>();
  private readonly delivery: RowDelivery;
  private connection: Connection | undefined;
  private tag = '';
  private suspended = false;
  private error: Error | undefined;
  private settled = false;

  constructor(
    private readonly text: string,
    private readonly params: SqlValue[],
    private readonly maxRows: number | undefined,
    sink: SqlSink,
  ) {
    const flow = {
      pause: () => void this.connection?.stream.pause(),
      resume: () => void this.connection?.stream.resume(),
      fail: (error: unknown) => this.settle({ kind: 'sink', error }),
    };
    this.delivery = new RowDelivery(sink, flow, maxRows);
  }

  /** Settles when the server is ready for the next statement and the sink has every row, or the connection is gone. Never rejects. */
  get done(): Promise<Settled> {
    return this.outcome.promise;
  }

  /** Called when the run is given up: the sink is left alone from now on. */
  abandon(error: Error): void {
    this.delivery.stop();
    this.settle({ kind: 'lost', error });
  }

  /** Called when the connection ended. */
  lost(error: Error): void {
    if (this.settled) return;
    void this.delivery.drained().then(() => this.settle({ kind: 'lost', error: this.error ?? error }));
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.on('readyForQuery', this.onReady);
    connection.stream.cork();
    try {
      connection.parse({ name: '', text: this.text, types: [] }, true);
      connection.bind({ values: this.params }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute({ rows: String(mayBeCutShort(this.text) ? (this.maxRows ?? 0) : 0) }, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(message: { fields: FieldDef[] }): void {
    const columns: SqlColumn[] = message.fields.map(({ name, dataTypeID: typeOid }) => ({
      name,
      typeOid,
      typeName: typeNameOf(typeOid),
    }));
    this.delivery.columns(columns);
  }

  handleDataRow(message: { fields: SqlValue[] }): void {
    this.delivery.push(message.fields);
  }

  handlePortalSuspended(): void {
    this.suspended = true;
  }

  handleCommandComplete(message: { text: string }): void {
    this.tag = message.text;
  }

  handleEmptyQuery(): void {
    this.tag = '';
  }

  handleCopyInResponse(): void {
    (this.connection as unknown as { sendCopyFail(reason: string): void }).sendCopyFail(
      'COPY FROM STDIN is not supported',
    );
  }

  handleCopyData(): void {
    // COPY TO STDOUT: the data is not a result set
  }

  handleError(error: Error): void {
    this.error = error;
    // a FATAL error, or no answer of the server at all: no ReadyForQuery comes
    if (!(error instanceof DatabaseError)) this.lost(error);
  }

  handleReadyForQuery(): void {
    // by the listener, which is also called after an error
  }

  private readonly onReady = (message: { status: string }): void => {
    const transaction = STATES[message.status] ?? 'idle';
    const { error } = this;
    void this.delivery.drained().then(() => {
      if (error instanceof DatabaseError) return this.settle({ kind: 'refused', error, transaction });
      const rowCount = this.delivery.count;
      const tag = this.suspended ? `SELECT ${rowCount}` : this.tag;
      this.settle({ kind: 'done', tag, rowCount, limited: this.suspended || this.delivery.limited, transaction });
    });
  };

  private settle(settled: Settled): void {
    if (this.settled) return;
    this.settled = true;
    this.delivery.stop();
    this.connection?.off('readyForQuery', this.onReady);
    this.outcome.resolve(settled);
  }
}
