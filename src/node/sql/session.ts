import { pause } from '../../base/abort';
import { systemClock } from '../../base/clock';
import { CodedError } from '../../base/errors';
import { isOccConflict, retryDelayMs } from '../../core/bank/occ-retry';
import type { SqlOutcome, SqlRunOptions, SqlSession, SqlSink, SqlTransactionState } from '../../core/sql/contract';
import { SessionSettings } from '../../core/sql/session-settings';
import { effectOf, leavesReadOnly, type StatementEffect } from '../../core/sql/statement-effect';
import { typeNameOf } from '../../core/sql/type-names';
import { databaseError } from '../database-errors';
import { ConnectionKeeper, type KeeperPorts } from './connection-keeper';
import type { SqlConnection } from './connection';
import { sqlErrors, withOpenOutcome } from './errors';
import type { Settled } from './statement-query';
import type { SqlSource } from './target';

/** Time, chance and waiting of the machine. */
export const machinePorts: KeeperPorts = {
  clock: systemClock,
  random: Math.random,
  sleep: async (delayMs, signal) => {
    await pause(delayMs, signal);
    if (signal?.aborted) throw sqlErrors.cancelled();
  },
};

/** What one run is about. */
interface Run {
  statement: string;
  effect: StatementEffect;
  sink: SqlSink;
  options: SqlRunOptions;
}

/** Opens nothing yet: the connection is made for the first statement. */
export function createSqlSession(source: SqlSource, ports: KeeperPorts = machinePorts): SqlSession {
  return new PgSession(source, ports);
}

class PgSession implements SqlSession {
  private readonly keeper: ConnectionKeeper;
  private readonly settings = new SessionSettings();
  private state: SqlTransactionState = 'idle';
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;
  private readonly closing = new AbortController();

  constructor(
    private readonly source: SqlSource,
    private readonly ports: KeeperPorts,
  ) {
    this.keeper = new ConnectionKeeper(source, ports, this.settings);
  }

  get profileId(): string {
    return this.source.profileId;
  }

  get transaction(): SqlTransactionState {
    return this.keeper.current?.alive ? this.state : 'idle';
  }

  run(statement: string, sink: SqlSink, options: SqlRunOptions = {}): Promise<SqlOutcome> {
    const work = this.queue.then(() => this.runWithRetry({ statement, effect: effectOf(statement), sink, options }));
    this.queue = work.catch(() => undefined);
    return work;
  }

  describeParameters(statement: string, signal?: AbortSignal): Promise<string[]> {
    const work = this.queue.then(() => this.describe(statement, signal));
    this.queue = work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.closing.abort();
    await this.queue;
    await this.keeper.close();
  }

  private async runWithRetry(run: Run): Promise<SqlOutcome> {
    const { retry, signal } = run.options;
    const maxAttempts = retry?.maxAttempts ?? 1;
    for (let attempt = 1; ; attempt++) {
      const outside = this.state === 'idle';
      try {
        return { ...(await this.runOnce(run)), retries: attempt - 1 };
      } catch (error) {
        if (!retry || !outside || run.effect === 'begin' || !isOccConflict(error)) throw error;
        if (attempt >= maxAttempts) throw attempt === 1 ? error : exhausted(error, attempt);
        const delayMs = retryDelayMs({ ...retry, jitter: 1 }, attempt, this.ports.random());
        run.sink.retry?.(attempt, delayMs, error);
        await this.ports.sleep(delayMs, signal);
      }
    }
  }

  /** One attempt; a connection that was lost before the statement could do anything is replaced once. */
  private async runOnce(run: Run): Promise<Omit<SqlOutcome, 'retries'>> {
    const { options } = run;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    const signals = [this.closing.signal, ...(options.signal ? [options.signal] : [])];
    for (const each of signals) each.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.runUntil(run, stop.signal);
    } finally {
      for (const each of signals) each.removeEventListener('abort', onAbort);
    }
  }

  private async runUntil(run: Run, signal: AbortSignal): Promise<Omit<SqlOutcome, 'retries'>> {
    const { options } = run;
    for (let replaced = false; ; replaced = true) {
      this.assertRunnable(options.signal);
      const open = this.state !== 'idle';
      if (open && !this.keeper.current?.alive) return this.transactionIsGone(run, this.keeper.current?.endedBy);
      this.guardReadOnly(run, open);
      const connection = open ? this.openConnection() : await this.connect(signal);
      this.assertRunnable(options.signal);
      const before = this.state;
      const mayTakeEffect = before === 'idle' ? run.effect === 'unknown' : run.effect === 'commit' && before === 'open';
      const startedAt = this.ports.clock.monotonic();
      const settled = await this.send(connection, run, signal);
      const durationMs = this.ports.clock.monotonic() - startedAt;
      this.keeper.touch();
      switch (settled.kind) {
        case 'done': {
          this.state = settled.transaction;
          const { tag, rowCount, limited } = settled;
          this.settings.note(run.statement, settled.transaction, tag === 'COMMIT');
          return { tag, rowCount, limited, durationMs };
        }
        case 'refused':
          this.state = settled.transaction;
          throw withOpenOutcome(databaseError(settled.error), mayTakeEffect);
        case 'sink':
          this.giveUp();
          throw settled.error;
        case 'lost':
          if (signal.aborted) {
            this.giveUp();
            if (this.closed) throw sqlErrors.closed();
            throw sqlErrors.cancelled(mayTakeEffect ? 'outcome' : before === 'idle' ? undefined : 'transaction');
          }
          if (mayTakeEffect) {
            this.giveUp();
            throw sqlErrors.outcomeUnknown(run.effect === 'commit' ? 'COMMIT' : 'statement', settled.error);
          }
          if (before !== 'idle') return this.transactionIsGone(run, settled.error);
          this.giveUp();
          if (replaced) throw sqlErrors.lostAgain(settled.error);
      }
    }
  }

  private async describe(statement: string, given: AbortSignal | undefined): Promise<string[]> {
    const signal = given ? AbortSignal.any([given, this.closing.signal]) : this.closing.signal;
    this.assertRunnable(given);
    const connection = this.state === 'idle' ? await this.connect(signal) : this.openConnection();
    const onAbort = (): void => this.giveUp();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return (await this.parameterTypes(connection, statement)).map(typeNameOf);
    } catch (error) {
      throw signal.aborted ? sqlErrors.cancelled() : databaseError(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.keeper.touch();
    }
  }

  /** Outside a transaction, a change of the schema (OC001) costs another look. */
  private async parameterTypes(connection: SqlConnection, statement: string): Promise<number[]> {
    try {
      return await connection.parameterTypes(statement);
    } catch (error) {
      if (this.state !== 'idle' || !isOccConflict(error)) throw error;
      return connection.parameterTypes(statement);
    }
  }

  private async connect(signal: AbortSignal): Promise<SqlConnection> {
    try {
      return await this.keeper.ready(signal);
    } catch (error) {
      if (this.closed) throw sqlErrors.closed();
      throw signal.aborted ? sqlErrors.cancelled() : databaseError(error);
    }
  }

  private async send(connection: SqlConnection, run: Run, signal: AbortSignal): Promise<Settled> {
    // the service heeds no cancel request: the connection is given up instead
    const onAbort = (): void => connection.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await connection.run(run.statement, run.options.params ?? [], run.options.maxRows, run.sink);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private openConnection(): SqlConnection {
    const { current } = this.keeper;
    if (!current) throw sqlErrors.transactionLost();
    return current;
  }

  /** The transaction went with its connection. A ROLLBACK has then got what it wanted. */
  private transactionIsGone(run: Run, cause: unknown): Omit<SqlOutcome, 'retries'> {
    const failed = this.state === 'failed';
    this.giveUp();
    if (run.effect === 'rollback' || (failed && run.effect === 'commit'))
      return { tag: 'ROLLBACK', rowCount: 0, limited: false, durationMs: 0 };
    throw sqlErrors.transactionLost(cause);
  }

  private guardReadOnly({ statement, effect }: Run, open: boolean): void {
    if (!this.source.mode().readOnly) return;
    if (leavesReadOnly(statement)) throw sqlErrors.readOnlySession();
    if (open && this.keeper.mode?.readOnly === false && (effect === 'unknown' || effect === 'begin'))
      throw sqlErrors.beganReadWrite();
  }

  private assertRunnable(signal: AbortSignal | undefined): void {
    if (this.closed) throw sqlErrors.closed();
    if (signal?.aborted) throw sqlErrors.cancelled();
  }

  private giveUp(): void {
    this.settings.rolledBack();
    this.keeper.destroy();
    this.state = 'idle';
  }
}

function exhausted(error: unknown, attempts: number): CodedError {
  const last = databaseError(error);
  return new CodedError(last.code, last.message, {
    cause: last.cause,
    nextStep: `It met a conflict in each of its ${attempts} tries: run it again, allow more attempts, or spread the writes over more rows.`,
    details: { ...last.details, attempts },
  });
}
