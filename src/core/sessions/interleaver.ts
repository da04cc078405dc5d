import type { Closeable } from '../../base/lifecycle';
import type { SqlSession } from '../sql/contract';
import { ask } from './ask';
import { CastMember } from './cast';
import type { LineOutcome, WatchedRows } from './contract';
import { sessionsBusy, setupFailed, unknownScriptStep } from './errors';
import { stepsOf, type ScriptStep, type SessionScript } from './script';
import { kindOf } from './statement-kind';
import { changesBetween } from './watch';

export interface InterleaverOptions {
  /** A session with a connection of its own; called once for each session of the script and twice for the script's own statements. */
  open: (signal: AbortSignal) => Promise<SqlSession>;
  /** How long a line may take. Default 10 s. */
  lineTimeoutMs?: number;
  /** Milliseconds from a monotonic source. */
  monotonic?: () => number;
}

const LINE_TIMEOUT_MS = 10_000;
/** Setting up may meet schema conflicts (OC001), and may take longer than a line. */
const SETUP = { retry: { maxAttempts: 6, baseDelayMs: 20, maxDelayMs: 400 }, timeoutMs: 60_000 };

/**
 * Runs the lines of a script on real connections, one connection a session. After each line it looks at the watched rows: as they are
 * committed, on a connection of its own, and as the line's session sees them, inside its transaction. Such a look is a plain read in a
 * snapshot that exists already, so it changes nothing; where it would (no snapshot yet, the catalogue changed meanwhile), it is left out.
 */
export class Interleaver implements Closeable {
  readonly lines: LineOutcome[] = [];
  /** Committed rows before the first line. */
  initial: WatchedRows | undefined;
  private cast = new Map<string, CastMember>();
  private observer: SqlSession | undefined;
  private readonly steps: Map<string, ScriptStep>;
  private readonly timeoutMs: number;
  private readonly monotonic: () => number;
  private committed: WatchedRows | undefined;
  private commits = 0;
  private busy = false;
  private startedAt = 0;
  private isSetUp = false;

  constructor(
    readonly script: SessionScript,
    private readonly options: InterleaverOptions,
  ) {
    this.steps = stepsOf(script);
    this.timeoutMs = options.lineTimeoutMs ?? LINE_TIMEOUT_MS;
    this.monotonic = options.monotonic ?? (() => performance.now());
  }

  /** State of a session's transaction. */
  transaction(session: string): SqlSession['transaction'] {
    return this.cast.get(session)?.connection.transaction ?? 'idle';
  }

  /** Whether a session's transaction has its snapshot. */
  hasSnapshot(session: string): boolean {
    return this.cast.get(session)?.hasSnapshot ?? false;
  }

  /** Removes what an earlier run left, sets up anew and connects the sessions. @throws CodedError `SESSION_SETUP_FAILED`, or of the connection */
  async start(signal: AbortSignal): Promise<void> {
    await this.exclusive(async () => {
      await this.disconnect();
      this.lines.length = 0;
      this.commits = 0;
      this.startedAt = 0;
      this.isSetUp = true;
      await this.runAlone([...this.script.teardown, ...this.script.setup], signal);
      await this.connect(signal);
      this.initial = this.committed = await this.look(this.observer, signal);
    });
  }

  /** Runs lines, sent together, and returns when all are answered. @throws CodedError what is no answer of the server */
  async run(names: readonly string[], signal: AbortSignal): Promise<LineOutcome[]> {
    const steps = names.map(name => {
      const step = this.steps.get(name);
      if (!step) throw unknownScriptStep(name, [...this.steps.keys()]);
      return step;
    });
    return this.exclusive(async () => {
      this.startedAt ||= this.monotonic();
      const outcomes = await Promise.all(steps.map(step => this.send(step, signal)));
      await this.observe(outcomes, signal);
      this.lines.push(...outcomes);
      return outcomes;
    });
  }

  /** Ends the sessions and removes what `setup` made. Rejects when that cannot be removed. */
  async close(): Promise<void> {
    await this.disconnect();
    if (!this.isSetUp) return;
    this.isSetUp = false;
    await this.runAlone(this.script.teardown, new AbortController().signal);
  }

  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.busy) throw sessionsBusy();
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }

  private async connect(signal: AbortSignal): Promise<void> {
    this.observer = await this.options.open(signal);
    for (const { name, setup } of this.script.sessions) {
      const member = new CastMember(name, await this.options.open(signal));
      this.cast.set(name, member);
      for (const sql of setup) {
        const before = member.connection.transaction;
        const answer = await ask(member.connection, sql, { signal, timeoutMs: this.timeoutMs });
        if (answer.error) throw setupFailed(sql, new Error(answer.error.message));
        member.note(sql, before, answer);
      }
    }
  }

  private async disconnect(): Promise<void> {
    const sessions = [
      ...[...this.cast.values()].map(({ connection }) => connection),
      ...(this.observer ? [this.observer] : []),
    ];
    this.cast.clear();
    this.observer = undefined;
    await Promise.all(sessions.map(session => session.close()));
  }

  private async runAlone(statements: readonly string[], signal: AbortSignal): Promise<void> {
    if (statements.length === 0) return;
    const session = await this.options.open(signal);
    try {
      for (const sql of statements) {
        const { error } = await ask(session, sql, { signal, ...SETUP });
        if (error) throw setupFailed(sql, new Error(error.message));
      }
    } finally {
      await session.close();
    }
  }

  private async send(step: ScriptStep, signal: AbortSignal): Promise<LineOutcome> {
    const member = this.member(step.session);
    const before = member.connection.transaction;
    const answer = await ask(member.connection, step.sql, { signal, timeoutMs: this.timeoutMs });
    const { tookSnapshot, ...noted } = member.note(step.sql, before, answer);
    const commit = noted.ended === 'committed' || noted.ended === 'autocommit';
    if (!answer.error && kindOf(step.sql) === 'schema') this.disturbOthers(member);
    return {
      step: step.name,
      session: step.session,
      sql: step.sql,
      answer,
      transaction: member.connection.transaction,
      ...noted,
      ...(tookSnapshot && { snapshot: { commits: this.commits } }),
      ...(commit && { commit: ++this.commits }),
      wrote: [],
      published: [],
      atMs: this.monotonic() - this.startedAt,
    };
  }

  /** Looks at the watched rows after lines that were sent together. */
  private async observe(outcomes: LineOutcome[], signal: AbortSignal): Promise<void> {
    if (this.script.watch === undefined) return;
    const before = this.committed;
    for (const outcome of outcomes) {
      const member = this.member(outcome.session);
      const looks =
        member.hasSnapshot && !member.disturbed && member.connection.transaction === 'open' && !before?.error;
      if (!looks) continue;
      const seen = await this.look(member.connection, signal);
      outcome.wrote = changesBetween((member.sees ?? before)?.rows ?? [], seen?.rows ?? []);
      outcome.sees = member.sees = seen;
      // our own look was refused: whatever happened, do not disturb it again
      if (seen?.error !== undefined) member.disturbed = true;
    }
    const ended = outcomes.some(({ ended: how }) => how === 'committed' || how === 'autocommit');
    const after = ended ? await this.look(this.observer, signal) : before;
    const published = before && after && !before.error && !after.error ? changesBetween(before.rows, after.rows) : [];
    for (const outcome of outcomes) {
      if (outcome.ended === 'committed' || outcome.ended === 'autocommit') outcome.published = published;
      if (outcome.ended === 'autocommit') outcome.wrote = published;
      outcome.committed = after;
    }
    this.committed = after;
  }

  private async look(session: SqlSession | undefined, signal: AbortSignal): Promise<WatchedRows | undefined> {
    const { watch } = this.script;
    if (watch === undefined || !session) return undefined;
    const outside = session === this.observer;
    const retry = outside ? { retry: SETUP.retry } : {};
    const { columns, rows, truncated, error } = await ask(session, watch, {
      signal,
      timeoutMs: this.timeoutMs,
      ...retry,
    });
    return { columns, rows, truncated, ...(error && { error: error.message }) };
  }

  private disturbOthers(member: CastMember): void {
    for (const other of this.cast.values()) if (other !== member) other.disturbed = true;
  }

  private member(session: string): CastMember {
    const member = this.cast.get(session);
    if (!member) throw unknownScriptStep(session, [...this.cast.keys()]);
    return member;
  }
}
