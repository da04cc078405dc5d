import * as vscode from 'vscode';
import { pause } from '../../base/abort';
import { CatalogReader } from '../../core/catalog/reader';
import { qualifiedName } from '../../core/catalog/names';
import type { JobInfo } from '../../core/catalog/model';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { SqlRetryPolicy, SqlSession, SqlSink, SqlValue } from '../../core/sql/contract';
import { readOnlyProfile } from '../../core/sql/errors';
import { explainRequest } from '../../core/sql/explain-request';
import type { NewHistoryEntry } from '../../core/sql/history';
import { jobIdSink } from '../../core/sql/job-id-sink';
import { NO_SINK, rolledBack } from '../../core/sql/rolled-back';
import type { Dialect } from '../../core/dialect/contract';
import { noJobStarted } from '../../core/indexes/errors';
import type { TrialPorts } from '../../core/indexes/index-trial';
import type { Connections } from '../connections/connections';
import { confirmAnalyze, confirmWrite } from '../sql-editor/prompts';

/** A session meets OC001 after DDL of another one; the first retry clears it. */
const RETRY: SqlRetryPolicy = { maxAttempts: 5, baseDelayMs: 50, maxDelayMs: 1_000 };

export interface IndexClusterContext {
  connections: Connections;
  loadDialect(): Promise<Dialect>;
  /** Keeps what was sent in the history of SQL. */
  record(entry: Omit<NewHistoryEntry, 'id'>): void;
}

/** What index work does to the cluster of one profile, on sessions of its own. */
export class IndexCluster {
  /** @param opened the profile as it was when the work began. */
  constructor(
    private readonly opened: ConnectionProfile,
    private readonly context: IndexClusterContext,
  ) {}

  /** As it is now: it may have been locked or unlocked since. */
  get profile(): ConnectionProfile {
    return this.context.connections.profile(this.opened.id) ?? this.opened;
  }

  /** The profile, or another one, has changed. */
  get onDidChangeProfile(): Connections['onDidChange'] {
    return this.context.connections.onDidChange;
  }

  reader(signal?: AbortSignal): CatalogReader {
    const { connections } = this.context;
    return new CatalogReader((sql, params) => connections.query(this.profile, sql, params, signal), signal);
  }

  /** The catalogue is another one now: caches are stale. */
  catalogChanged(): void {
    this.context.connections.catalogChanged(this.profile.id);
  }

  /** Sends CREATE INDEX ASYNC once that is allowed. @returns the job's id; undefined when the user did not want it */
  async create(sql: string, signal?: AbortSignal): Promise<string | undefined> {
    if (this.profile.readOnly) throw readOnlyProfile(this.profile.name, 'CREATE INDEX');
    if (this.profile.environment === 'production' && !(await confirmWrite(this.profile, sql, 0))) return undefined;
    const ear = jobIdSink(NO_SINK);
    await this.send(sql, ear.sink, signal);
    this.context.connections.catalogChanged(this.profile.id);
    const [jobId] = ear.jobIds();
    if (jobId === undefined) throw noJobStarted(sql);
    return jobId;
  }

  /** Drops indexes, each by itself: DSQL takes one DDL statement a transaction. */
  async drop(indexes: readonly { schema: string; name: string }[]): Promise<void> {
    if (this.profile.readOnly) throw readOnlyProfile(this.profile.name, 'DROP INDEX');
    try {
      for (const index of indexes) await this.send(`DROP INDEX ${qualifiedName(index)}`, NO_SINK, undefined);
    } finally {
      this.context.connections.catalogChanged(this.profile.id);
    }
  }

  /** What a trial needs of this cluster; `params` are the statement's. */
  trialPorts(schema: string, params: SqlValue[] | undefined): TrialPorts {
    return {
      explain: (statement, analyze, signal) => this.explain(statement, analyze, params, signal),
      create: async (sql, signal) => {
        const jobId = await this.create(sql, signal);
        if (jobId === undefined) throw new vscode.CancellationError();
        return jobId;
      },
      job: (jobId, signal) => this.reader(signal).job(jobId),
      indexOf: job => this.indexOf(job),
      drop: name => this.drop([{ schema, name }]),
      sleep: pause,
      now: () => Date.now(),
    };
  }

  private async indexOf(job: JobInfo): Promise<string | undefined> {
    return (await this.reader().allIndexes()).find(({ oid }) => oid === job.objectId)?.name;
  }

  private async explain(
    statement: string,
    analyze: boolean,
    params: SqlValue[] | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const dialect = await this.context.loadDialect();
    const request = explainRequest(dialect.classify(statement), analyze ? 'analyze' : 'explain');
    if (request.changesRows) {
      if (this.profile.readOnly) throw readOnlyProfile(this.profile.name, 'EXPLAIN ANALYZE of a write');
      if (!(await confirmAnalyze(this.profile, request.statement))) throw new vscode.CancellationError();
    }
    const lines: string[] = [];
    const sink: SqlSink = {
      columns: () => void (lines.length = 0),
      rows: rows => void lines.push(...rows.map(([line]) => line ?? '')),
    };
    await this.send(request.sql, sink, signal, { params, undo: request.changesRows });
    return lines.join('\n');
  }

  private async send(
    sql: string,
    sink: SqlSink,
    signal: AbortSignal | undefined,
    { params, undo = false }: { params?: SqlValue[] | undefined; undo?: boolean } = {},
  ): Promise<void> {
    const { connections, record } = this.context;
    const { id: profileId, name: profileName } = this.profile;
    const startedAtMs = Date.now();
    const began = performance.now();
    const entry = { sql, profileId, profileName, startedAtMs };
    const session: SqlSession = await connections.openSession(this.profile, signal);
    try {
      const options = { ...(signal && { signal }), ...(params?.length && { params }) };
      const { tag } = undo
        ? await rolledBack(session, signal ?? new AbortController().signal, () => session.run(sql, sink, options))
        : await session.run(sql, sink, { ...options, retry: RETRY });
      record({ ...entry, durationMs: performance.now() - began, tag });
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      record({
        ...entry,
        durationMs: performance.now() - began,
        error: typeof code === 'string' ? code : 'ERROR',
      });
      throw error;
    } finally {
      await session.close();
    }
  }
}
