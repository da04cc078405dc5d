import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SqlOutcome, SqlSink, SqlValue } from '../../core/sql/contract';
import { explainInTransaction, readOnlyProfile } from '../../core/sql/errors';
import { explainDatabaseError } from '../../core/sql/explain-database-error';
import { explainRequest, type ExplainMode, type ExplainRequest } from '../../core/sql/explain-request';
import { findParameters } from '../../core/sql/parameters';
import { rolledBack } from '../../core/sql/rolled-back';
import { confirmAnalyze } from './prompts';
import type { ActiveRun, RunTarget } from './run-slot';
import { isCancellation } from '../errors';
import type { RunText, SqlRunnerContext } from './sql-runner';
import { placeIn } from './statement-source';

/** Takes a plan as the server wrote it: lines of `QUERY PLAN`. */
export type ShowPlan = (plan: {
  profile: ConnectionProfile;
  statement: string;
  text: string;
  /** Of the statement's parameters; to be kept in memory only. */
  params?: SqlValue[];
}) => void;

/**
 * Explains one statement of an editor. EXPLAIN ANALYZE of a write runs in a transaction of its own that is rolled back. The results panel is
 * left to the rows that it shows; only an error comes there.
 */
export class Explainer {
  constructor(
    private readonly context: SqlRunnerContext,
    private readonly showPlan: ShowPlan,
  ) {}

  /** Rejects where the statement cannot be explained, or not here. */
  async explain(target: RunTarget, { text, offset }: RunText, mode: ExplainMode): Promise<void> {
    const dialect = await this.context.loadDialect();
    const request = explainRequest(dialect.classify(text), mode);
    const { profile } = target;
    if (request.changesRows) {
      if (profile.readOnly) throw readOnlyProfile(profile.name, `EXPLAIN ANALYZE of a statement that changes rows`);
      if (!(await confirmAnalyze(profile, request.statement))) return;
    }
    const place = offset === undefined ? undefined : offset + request.statementOffset;
    await this.context.slots.run(target, run => this.execute(target, run, request, place));
  }

  private async execute(
    target: RunTarget,
    { session, controller, report }: ActiveRun,
    request: ExplainRequest,
    place: number | undefined,
  ): Promise<void> {
    if (request.changesRows && session.transaction !== 'idle') throw explainInTransaction();
    const { parameters, results, marks } = this.context;
    const { document, profile, title, uri } = target;
    const asked = findParameters(request.statement);
    let params: SqlValue[] | undefined = [];
    if (asked.length > 0) {
      const types = await session.parameterTypes(request.statement, controller.signal).catch((): string[] => []);
      params = await parameters.ask(request.statement, asked, types, controller.signal);
      if (params === undefined) return;
    }
    marks.clear(uri);
    const version = document?.version;
    report(vscode.l10n.t('Explaining on {0}…', profile.name));
    const { signal } = controller;
    const lines: string[] = [];
    const startedAtMs = Date.now();
    try {
      const send = (): Promise<SqlOutcome> =>
        session.run(request.sql, planLines(lines), { signal, ...(params?.length && { params }) });
      const outcome = request.changesRows ? await rolledBack(session, signal, send) : await send();
      this.keep(profile, request.sql, startedAtMs, { tag: outcome.tag });
      this.showPlan({
        profile,
        statement: request.statement,
        text: lines.join('\n'),
        ...(params?.length && { params }),
      });
    } catch (error) {
      this.keep(profile, request.sql, startedAtMs, { error: explainDatabaseError(error).sqlstate ?? 'ERROR' });
      if (isCancellation(error)) return;
      const shown = results.begin({ title, profile, ...(document && { document: uri }) }, [
        {
          sql: request.sql,
          ...(place !== undefined && { offset: place - request.prefixLength }),
          ...(document && place !== undefined && { begins: placeIn(document, place, request.prefixLength) }),
        },
      ]);
      shown.start(0, startedAtMs).fail(error);
      shown.finish();
      if (document && place !== undefined && document.version === version)
        marks.mark(document, place, request.sql, error, request.prefixLength);
    }
  }

  /** What was sent, in the history of SQL. */
  private keep(
    { id: profileId, name: profileName }: ConnectionProfile,
    sql: string,
    startedAtMs: number,
    result: { tag: string } | { error: string },
  ): void {
    const durationMs = Date.now() - startedAtMs;
    this.context.history.add({ sql, profileId, profileName, startedAtMs, durationMs, ...result });
  }
}

/** Takes the lines of the one column. */
const planLines = (lines: string[]): SqlSink => ({
  columns: () => void (lines.length = 0),
  rows: rows => void lines.push(...rows.map(([line]) => line ?? '')),
});
