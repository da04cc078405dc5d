/** Runs a planned script on a session, statement by statement. What needs a person or a screen is asked through ports. */
import { causes, CodedError } from '../../base/errors';
import type { SqlOutcome, SqlRetryPolicy, SqlSession, SqlSink, SqlValue } from './contract';
import { waitInTransaction } from './errors';
import { jobIdSink } from './job-id-sink';
import { metaCommandError } from './meta-command';
import { NO_SINK } from './rolled-back';
import type { PlannedStatement } from './script-plan';

/** Takes one statement's result; exactly one of `succeed` and `fail` ends it. */
export interface RunRecorder {
  sink: SqlSink;
  succeed(outcome: SqlOutcome): void;
  fail(error: unknown): void;
}

/** Which statement failed, and what can be done about it. */
export interface StatementFailure {
  statement: PlannedStatement;
  error: unknown;
  /** The failure left a transaction behind that can only be rolled back, or that the session has lost. */
  inTransaction: boolean;
  /** Statements that would still come after this one, or after its transaction block. */
  remaining: number;
  /** The block began in this script and can be run again from its BEGIN. */
  canRepeatBlock: boolean;
}

/**
 * - `stop`: leave the rest
 * - `skip`: go on behind this statement, or roll its transaction back and go on behind its block
 * - `continue`: like `skip`, and for every later error too, without asking
 * - `retry`: this statement again, or its whole transaction block from BEGIN after a rollback
 */
export type AfterFailure = 'stop' | 'skip' | 'continue' | 'retry';

/** What a run of a script asks of its surroundings. */
export interface ScriptPorts {
  session: Pick<SqlSession, 'run' | 'transaction'>;
  /** Starts a statement's result. Called again for a statement that is run again. */
  start(statement: PlannedStatement): RunRecorder;
  /** Rejects when the statement may not be sent. */
  permit(statement: PlannedStatement): Promise<void>;
  /** Values for `$1`…; undefined when the user gave up, which ends the run. */
  parameters(statement: PlannedStatement): Promise<SqlValue[] | undefined>;
  /** Asked after a failure while statements are left; not for a cancelled run. */
  failed(failure: StatementFailure): Promise<AfterFailure>;
  /** Called when jobs have really begun: outside a transaction, or after its COMMIT. Whatever the wait comes to, the script goes on. */
  jobsStarted(jobIds: string[], more: boolean): Promise<void>;
  /** After each statement, whatever it came to. */
  settled?(statement: PlannedStatement, result: { outcome?: SqlOutcome; error?: unknown; durationMs: number }): void;
  progress?(index: number, total: number): void;
  /** Only used for autocommit statements. */
  retry: SqlRetryPolicy;
  maxRows?: number;
  signal: AbortSignal;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** How many statements came to what; the three counts add up to all of them. */
export interface ScriptResult {
  succeeded: number;
  failed: number;
  /** Never sent. */
  notRun: number;
  cancelled: boolean;
}

/** Runs the statements in order. Never rejects for what a statement comes to. */
export async function runScript(statements: readonly PlannedStatement[], ports: ScriptPorts): Promise<ScriptResult> {
  return new ScriptRun(statements, ports).run();
}

class ScriptRun {
  private readonly results = new Map<number, 'succeeded' | 'failed'>();
  private jobs: string[] = [];
  private askAgain = true;

  constructor(
    private readonly statements: readonly PlannedStatement[],
    private readonly ports: ScriptPorts,
  ) {}

  async run(): Promise<ScriptResult> {
    const { statements, ports } = this;
    let cancelled = false;
    for (let at = 0; at < statements.length;) {
      const statement = statements[at] as PlannedStatement;
      ports.progress?.(at, statements.length);
      if ((cancelled = ports.signal.aborted)) break;
      const denied = await this.denial(statement);
      const asks = !denied && statement.parameters.length > 0;
      const params = asks ? await ports.parameters(statement) : [];
      if ((cancelled = params === undefined || ports.signal.aborted)) break;
      const failure = await this.execute(statement, params ?? [], denied);
      if (!failure) {
        at++;
        await this.offerJobs(statement, at < statements.length);
      } else if ((cancelled = isCancelled(failure.error))) break;
      else {
        const next = await this.afterFailure(statement, failure.error);
        if (next === undefined) break;
        at = next;
      }
    }
    const count = (kind: string) => [...this.results.values()].filter(result => result === kind).length;
    return {
      succeeded: count('succeeded'),
      failed: count('failed'),
      notRun: statements.length - this.results.size,
      cancelled,
    };
  }

  /** Why a statement is not to be sent at all: known before its parameters are asked for. */
  private async denial(statement: PlannedStatement): Promise<{ error: unknown } | undefined> {
    const { permit, session } = this.ports;
    if (statement.type === 'meta') return { error: metaCommandError(statement.sql) };
    if (statement.classified.special?.type === 'wait-for-job' && session.transaction === 'open')
      return { error: waitInTransaction() };
    return permit(statement).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  }

  private async execute(
    statement: PlannedStatement,
    params: SqlValue[],
    denied: { error: unknown } | undefined,
  ): Promise<{ error: unknown } | undefined> {
    const { ports } = this;
    const recorder = ports.start(statement);
    const startedMs = ports.now();
    try {
      if (denied) throw denied.error;
      const autocommit = ports.session.transaction === 'idle' && statement.classified.kind !== 'begin';
      const jobs = statement.startsJob ? jobIdSink(recorder.sink) : undefined;
      const outcome = await ports.session.run(statement.sql, jobs?.sink ?? recorder.sink, {
        ...(params.length > 0 && { params }),
        ...(autocommit && { retry: ports.retry }),
        ...(ports.maxRows !== undefined && { maxRows: ports.maxRows }),
        signal: ports.signal,
      });
      recorder.succeed(outcome);
      if (jobs) this.jobs.push(...jobs.jobIds());
      this.results.set(statement.index, 'succeeded');
      ports.settled?.(statement, { outcome, durationMs: outcome.durationMs });
      return undefined;
    } catch (error) {
      recorder.fail(error);
      this.results.set(statement.index, 'failed');
      ports.settled?.(statement, { error, durationMs: ports.now() - startedMs });
      return { error };
    }
  }

  /** @returns the index to go on at; undefined to stop. */
  private async afterFailure(statement: PlannedStatement, error: unknown): Promise<number | undefined> {
    const { statements, ports } = this;
    // a block's COMMIT that failed has ended the transaction, but the block failed as a whole
    const inTransaction = statement.place === 'inside' || statement.place === 'end';
    if (inTransaction) this.jobs = [];
    const aborted = ports.session.transaction === 'failed' || isLost(error) || statement.place === 'end';
    const after = inTransaction && aborted ? (statement.blockEnd ?? statements.length - 1) + 1 : statement.index + 1;
    const canRepeatBlock = inTransaction && aborted && statement.blockStart !== undefined && !isLost(error);
    const remaining = statements.length - after;
    if (remaining <= 0 && !canRepeatBlock) return undefined;
    const choice = this.askAgain
      ? await ports.failed({ statement, error, inTransaction: inTransaction && aborted, remaining, canRepeatBlock })
      : 'continue';
    if (choice === 'stop' || ports.signal.aborted) return undefined;
    if (choice === 'continue') this.askAgain = false;
    if (ports.session.transaction === 'failed') await this.rollBack();
    if (choice === 'retry') return canRepeatBlock ? statement.blockStart : statement.index;
    return after;
  }

  private async rollBack(): Promise<void> {
    const { session, signal } = this.ports;
    await session.run('ROLLBACK', NO_SINK, { signal }).catch(() => undefined);
  }

  private async offerJobs(statement: PlannedStatement, more: boolean): Promise<void> {
    if (this.jobs.length === 0 || this.ports.session.transaction !== 'idle') return;
    const jobs = this.jobs;
    this.jobs = [];
    if (statement.classified.kind === 'rollback') return;
    await this.ports.jobsStarted(jobs, more);
  }
}

const isCancelled = (error: unknown): boolean =>
  causes(error).some(link => link instanceof CodedError && link.code === 'CANCELLED');
const isLost = (error: unknown): boolean =>
  causes(error).some(link => link instanceof CodedError && link.code === 'CONNECTION_LOST');
