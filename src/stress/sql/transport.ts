import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CodedError } from '../../base/errors';
import { isOccConflict, withOccRetry } from '../../core/bank/occ-retry';
import { transferOnce } from '../../core/bank/transfer';
import { classifyThrown } from '../../core/stress/classify';
import type { CallOutcome, Transfer, Transport } from '../../core/stress/outcome';
import type { Random } from '../../core/stress/random';
import { connectionConfig } from '../../node/bank/connect';
import type { Drive } from '../../protocol/stress';

/** Handshakes at a time: TLS and tokens are the generator's own CPU. */
const OPENING_AT_ONCE = 16;

/**
 * Transfers straight over `pg`, one connection per call in flight. Repeats the whole transaction after a conflict, as the drive's policy says,
 * and nothing after any other error.
 */
export class SqlTransport implements Transport {
  private readonly idle: Connection[] = [];
  private readonly waiting: ((connection: Connection) => void)[] = [];
  private readonly all: Connection[] = [];

  private constructor(
    private readonly drive: Extract<Drive, { type: 'sql' }>,
    private readonly random: Random,
  ) {}

  /** Opens `connections` connections; rejects when the first of them cannot be opened. */
  static async open(
    drive: Extract<Drive, { type: 'sql' }>,
    connections: number,
    random: Random,
  ): Promise<SqlTransport> {
    const transport = new SqlTransport(drive, random);
    const config = connectionConfig(drive.target);
    transport.all.push(...Array.from({ length: connections }, () => new Connection(config)));
    try {
      await transport.all[0]?.ready();
      for (let i = 0; i < connections; i += OPENING_AT_ONCE)
        await Promise.all(transport.all.slice(i, i + OPENING_AT_ONCE).map(connection => connection.ready()));
    } catch (error) {
      transport.close();
      throw error;
    }
    transport.idle.push(...transport.all);
    return transport;
  }

  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void {
    const connection = this.idle.pop();
    const start = (free: Connection): void =>
      void this.transfer(free, transfer).then(outcome => {
        const next = this.waiting.shift();
        if (next) next(free);
        else this.idle.push(free);
        settle(outcome);
      });
    if (connection) start(connection);
    else this.waiting.push(start);
  }

  close(): void {
    this.waiting.length = 0;
    for (const connection of this.all) connection.close();
  }

  private async transfer(connection: Connection, transfer: Transfer): Promise<CallOutcome> {
    let retries = 0;
    try {
      await withOccRetry(
        async () => {
          const client = await connection.ready();
          await transferOnce((sql, params) => client.query(sql, params), transfer, this.drive.recordHistory);
        },
        this.drive.retry,
        { sleep: delayMs => sleep(delayMs), random: this.random, onRetry: retry => (retries = retry) },
      );
      return { retries };
    } catch (error) {
      const exhausted = error instanceof CodedError && error.code === 'OCC_RETRIES_EXHAUSTED';
      return {
        errorClass: classifyThrown(error),
        retries,
        ...(exhausted && isOccConflict(error) && this.drive.retry.maxAttempts > 1 ? { exhausted } : {}),
      };
    }
  }
}

/** One connection that is opened again when it broke. */
class Connection {
  private client?: pg.Client;
  private closed = false;

  constructor(private readonly config: pg.ClientConfig) {}

  /** The open client. */
  async ready(): Promise<pg.Client> {
    if (this.closed) throw new CodedError('CHANNEL_CLOSED', 'the run is over');
    if (this.client) return this.client;
    const client = new pg.Client(this.config);
    const forget = (): void => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', forget).on('end', forget);
    await client.connect();
    this.client = client;
    if (this.closed) this.close();
    return client;
  }

  close(): void {
    this.closed = true;
    const client = this.client;
    this.client = undefined;
    // A polite end would wait for the statement in flight; the run has given up on it.
    client?.connection.stream.destroy();
  }
}
