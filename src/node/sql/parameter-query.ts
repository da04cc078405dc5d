import type { Connection, Submittable } from 'pg';
import { Deferred } from '../../base/deferred';

/** Asks the server what it takes `$1`, `$2`… of a statement for: Parse, Describe, Sync. Nothing is run, nothing is kept. */
export class ParameterQuery implements Submittable {
  private readonly outcome = new Deferred<number[]>();
  private connection: Connection | undefined;
  private typeOids: number[] = [];
  private error: Error | undefined;

  constructor(private readonly text: string) {
    // whoever no longer waits must not leave a rejection behind
    this.outcome.promise.catch(() => undefined);
  }

  /** Type OIDs in order. Rejects with the server's error, or the connection's. */
  get done(): Promise<number[]> {
    return this.outcome.promise;
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.on('parameterDescription', this.onParameters);
    connection.stream.cork();
    try {
      connection.parse({ name: '', text: this.text, types: [] }, true);
      connection.describe({ type: 'S', name: '' }, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(): void {
    // the result's columns are not asked for
  }

  /** Of the server; also called by the driver when the connection ends, and then no ReadyForQuery comes. */
  handleError(error: Error): void {
    this.error = error;
    this.release();
    this.outcome.reject(error);
  }

  handleReadyForQuery(): void {
    this.release();
    if (!this.error) this.outcome.resolve(this.typeOids);
  }

  private readonly onParameters = ({ dataTypeIDs }: { dataTypeIDs: number[] }): void => {
    this.typeOids = dataTypeIDs;
  };

  private release(): void {
    this.connection?.off('parameterDescription', this.onParameters);
  }
}
