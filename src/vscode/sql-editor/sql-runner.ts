import * as vscode from 'vscode';
import type { Dialect } from '../../core/dialect/contract';
import type { SqlOutcome } from '../../core/sql/contract';
import { explainDatabaseError } from '../../core/sql/explain-database-error';
import { planScript, type PlannedStatement } from '../../core/sql/script-plan';
import { runScript, type ScriptResult } from '../../core/sql/script-runner';
import { changesSomething } from '../../core/sql/write-policy';
import type { Connections } from '../connections/connections';
import type { ResultRun, Results } from '../results/results';
import type { EditorSession } from './editor-session';
import type { ErrorMarks } from './error-marks';
import type { HistoryStore } from './history-store';
import type { JobOffers } from './job-offers';
import type { ParameterInput } from './parameter-input';
import { askAfterFailure } from './prompts';
import type { ActiveRun, RunSlots, RunTarget } from './run-slot';
import { sqlSettings } from './sql-settings';
import type { WriteGate } from './write-gate';
import { placeIn } from './statement-source';

export interface SqlRunnerContext {
  connections: Connections;
  results: Results;
  slots: RunSlots;
  marks: ErrorMarks;
  history: HistoryStore;
  jobs: JobOffers;
  parameters: ParameterInput;
  gate: WriteGate;
  loadDialect(): Promise<Dialect>;
}

/** A text to run, and where it stands in the document. */
export interface RunText {
  text: string;
  /** UTF-16 units; undefined where no document is behind it. */
  offset?: number;
}

/** A long script does not push everything else out of the history. */
const HISTORY_OF_ONE_RUN = 50;

/** Runs texts of one or more statements for an editor. */
export class SqlRunner {
  constructor(private readonly context: SqlRunnerContext) {}

  /** Runs the text. What a statement comes to is in the results panel; rejects only for what keeps the run from beginning. */
  async run(target: RunTarget, { text, offset }: RunText, all = false): Promise<ScriptResult | undefined> {
    let result: ScriptResult | undefined;
    await this.context.slots.run(target, async run => {
      const dialect = await this.context.loadDialect();
      const plan = planScript(text, { dialect, transaction: run.session.transaction, offset });
      if (plan.statements.length === 0) {
        vscode.window.setStatusBarMessage(vscode.l10n.t('$(info) There is no statement to run here'), 4_000);
        return;
      }
      result = await this.execute(target, run, plan.statements, all);
    });
    return result;
  }

  private async execute(
    target: RunTarget,
    { session, controller, report }: ActiveRun,
    statements: PlannedStatement[],
    all: boolean,
  ): Promise<ScriptResult> {
    const { results, marks, gate, jobs } = this.context;
    const { document, profile } = target;
    const { retry, maxRows } = sqlSettings(target.uri);
    marks.clear(target.uri);
    const shown = results.begin(
      { title: target.title, profile, ...(document && { document: document.uri }) },
      statements.map(({ sql, offset, ...statement }) => ({
        sql,
        offset,
        ...(document && offset !== undefined && { begins: placeIn(document, offset) }),
        repeatable: isRepeatable(statement),
      })),
    );
    const signal = AbortSignal.any([controller.signal, shown.signal]);
    const writes = statements.filter(({ classified }) => changesSomething(classified)).length;
    const permit = gate.forRun(profile, writes);
    const settled = this.bookkeeping(target, statements.length);
    let always = false;
    try {
      return await runScript(statements, {
        session,
        start: ({ index }) => shown.start(index),
        permit,
        parameters: statement => this.askParameters(session, statement, signal),
        failed: failure => askAfterFailure(failure, statements.length),
        jobsStarted: async (jobIds, more) => {
          if (!more) return jobs.offer(profile, jobIds, document?.uri);
          always = (await jobs.beforeGoingOn(profile, jobIds, document?.uri, signal, always)) === 'always';
        },
        settled,
        progress: (index, total) =>
          total > 1 && report(vscode.l10n.t('Statement {0} of {1} on {2}', index + 1, total, profile.name)),
        retry,
        ...(!all && maxRows !== undefined && { maxRows }),
        signal,
        now: () => performance.now(),
      });
    } finally {
      this.finish(shown, target, statements);
    }
  }

  private async askParameters(session: EditorSession, { sql, parameters }: PlannedStatement, signal: AbortSignal) {
    // without the server's word the casts will do; its error is shown when the statement is run
    const types = await session.parameterTypes(sql, signal).catch((): string[] => []);
    return this.context.parameters.ask(sql, parameters, types, signal);
  }

  /** History and error marks of one run. */
  private bookkeeping({ document, profile }: RunTarget, total: number) {
    const version = document?.version;
    let kept = 0;
    return (
      statement: PlannedStatement,
      result: { outcome?: SqlOutcome; error?: unknown; durationMs: number },
    ): void => {
      const { sql, offset, type, classified } = statement;
      const { outcome, error, durationMs } = result;
      const unchanged = document && !document.isClosed && document.version === version;
      if (error !== undefined && unchanged && offset !== undefined)
        this.context.marks.mark(document, offset, sql, error);
      if (type === 'meta' || ['begin', 'commit', 'rollback'].includes(classified.kind) || kept >= HISTORY_OF_ONE_RUN)
        return;
      if (total > 1) kept++;
      const failed = error === undefined ? undefined : (explainDatabaseError(error).sqlstate ?? codeOf(error));
      this.context.history.add({
        sql,
        profileId: profile.id,
        profileName: profile.name,
        startedAtMs: Date.now() - durationMs,
        durationMs,
        ...(outcome && { tag: outcome.tag }),
        ...(failed !== undefined && { error: failed }),
      });
    };
  }

  private finish(shown: ResultRun, { profile }: RunTarget, statements: readonly PlannedStatement[]): void {
    shown.finish();
    if (statements.some(({ classified }) => classified.kind === 'ddl'))
      this.context.connections.catalogChanged(profile.id);
    else if (statements.some(({ classified }) => classified.kind !== 'query' || changesSomething(classified)))
      this.context.connections.dataChanged(profile.id);
  }
}

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'ERROR';
};

/** Only reads, by itself, with nothing to be asked for. */
const isRepeatable = ({ classified, place, parameters }: Omit<PlannedStatement, 'sql' | 'offset'>): boolean =>
  classified.kind === 'query' &&
  place === 'autocommit' &&
  parameters.length === 0 &&
  !classified.locking &&
  !changesSomething(classified);
