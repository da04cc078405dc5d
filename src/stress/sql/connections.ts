import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { CodedError } from '../../base/errors';
import { isOccConflict, withOccRetry, type RetryPolicy } from '../../core/bank/occ-retry';
import { TRANSFER, type RunStatement } from '../../core/bank/transfer';
import { classifyThrown, messageOf } from '../../core/stress/classify';
import { refusedByCommit } from '../../core/stress/not-made';
import type { CallOutcome } from '../../core/stress/outcome';
import type { Random } from '../../core/stress/random';
import { connectionConfig } from '../../node/bank/connect';
import { databaseSocket } from '../../node/database-socket';
import { OwnClient } from '../../node/own-client';
import type { DatabaseTarget } from '../../protocol/stress';

/** Handshakes at a time: TLS and tokens are the generator's own CPU. */
const OPENING_AT_ONCE = 16;

/** The connections of one worker, one per call in flight. */
export class SqlConnections {
  private readonly idle: Connection[] = [];
  private readonly waiting: ((connection: Connection) => void)[] = [];
  private readonly all: Connection[] = [];

  private constructor(
    private readonly retry: RetryPolicy,
    private readonly random: Random,
  ) {}

  /** Opens `count` connections; rejects when one of them cannot be opened. */
  static async open(
    target: DatabaseTarget,
    count: number,
    retry: RetryPolicy,
    random: Random,
  ): Promise<SqlConnections> {
    const connections = new SqlConnections(retry, random);
    const config = connectionConfig(target);
    const { all } = connections;
    all.push(...Array.from({ length: count }, () => new Connection(config)));
    try {
      await all[0]?.ready();
      for (let i = 0; i < count; i += OPENING_AT_ONCE)
        await Promise.all(all.slice(i, i + OPENING_AT_ONCE).map(connection => connection.ready()));
    } catch (error) {
      connections.close();
      throw error;
    }
    connections.idle.push(...all);
    return connections;
  }

  /**
   * Runs `work`, a whole transaction, on a free connection and settles with what came of it. Repeats it after a conflict, as the policy
   * says, and after nothing else.
   */
  run(work: (run: RunStatement) => Promise<unknown>, settle: (outcome: CallOutcome) => void): void {
    const start = (free: Connection): void =>
      void this.attempt(free, work).then(outcome => {
        const next = this.waiting.shift();
        if (next) next(free);
        else this.idle.push(free);
        settle(outcome);
      });
    const connection = this.idle.pop();
    if (connection) start(connection);
    else this.waiting.push(start);
  }

  /** Runs one statement on the first connection, before the run. Rejects with the database's error. */
  async once(sql: string, params: unknown[]): ReturnType<RunStatement> {
    const client = await (this.all[0] as Connection).ready();
    return client.query(sql, params);
  }

  /** Drops all connections, also those in use. Idempotent. */
  close(): void {
    this.waiting.length = 0;
    for (const connection of this.all) connection.close();
  }

  private async attempt(connection: Connection, work: (run: RunStatement) => Promise<unknown>): Promise<CallOutcome> {
    let retries = 0;
    let committing = false;
    try {
      await withOccRetry(
        async () => {
          committing = false;
          const client = await connection.ready();
          await work((sql, params) => {
            committing ||= sql === TRANSFER.commit;
            return client.query(sql, params);
          });
        },
        this.retry,
        { sleep: delayMs => sleep(delayMs), random: this.random, onRetry: retry => (retries = retry) },
      );
      return { retries };
    } catch (error) {
      const exhausted = error instanceof CodedError && error.code === 'OCC_RETRIES_EXHAUSTED';
      return {
        errorClass: classifyThrown(error),
        retries,
        message: messageOf(error),
        // what was not asked to commit is rolled back, also with its connection
        ...((!committing || refusedByCommit(error)) && { notMade: true }),
        ...(exhausted && isOccConflict(error) && this.retry.maxAttempts > 1 ? { exhausted } : {}),
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
    const client = new OwnClient({ ...this.config, stream: databaseSocket });
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
