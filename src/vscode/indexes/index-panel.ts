import * as vscode from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import { isRunning } from '../../core/catalog/jobs';
import type { JobInfo, TableInfo } from '../../core/catalog/model';
import type { Dialect } from '../../core/dialect/contract';
import { draftView, emptyDraft } from '../../core/indexes/draft-view';
import { draftRefused } from '../../core/indexes/errors';
import { IndexTrial } from '../../core/indexes/index-trial';
import { JobTimelines } from '../../core/indexes/job-timeline';
import type { SqlValue } from '../../core/sql/contract';
import { findParameters } from '../../core/sql/parameters';
import type {
  IndexDraft,
  IndexesHostSide,
  IndexesViewSide,
  IndexesViewState,
  TableName,
} from '../../protocol/indexes-view';
import type { PlanSource } from '../../protocol/plan-view';
import { isCancellation, type ErrorReporter } from '../errors';
import { ParameterInput } from '../sql-editor/parameter-input';
import { textParam } from '../webviews/view-params';
import { errorView } from '../webviews/error-view';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { showView } from '../webviews/view-page';
import { copyText, openSqlBeside } from '../webviews/view-texts';
import { confirmDrop } from './confirm-drop';
import type { IndexCluster } from './index-cluster';
import { readIndexCatalog, readTable, tablesOf, type IndexCatalog } from './index-state';
import { draftParam, scopeParam, tableParam } from './requests';

export interface IndexPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  loadDialect(): Promise<Dialect>;
  /** Shows both plans of a statement, before and after. */
  comparePlans(before: PlanSource, after: PlanSource): void;
}

/** What a panel is to show at first. */
export interface IndexWork {
  scope?: TableName;
  draft?: IndexDraft;
  /** To be explained before and after the draft's index. */
  statement?: string;
  params?: SqlValue[];
  analyze?: boolean;
}

const MAX_TEXT_LENGTH = 200_000;
/** Between two looks at running jobs while the panel is visible; each look is billed on AWS. */
const LOOK_EVERY_MS = 1_500;

/** One panel on the indexes of one profile's cluster. */
export class IndexPanel {
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<IndexesHostSide, IndexesViewSide>;
  private readonly timelines = new JobTimelines();
  private readonly isVisible: () => boolean;
  private catalog: IndexCatalog | undefined;
  private loading = 0;
  private error: IndexesViewState['error'];
  private scope: TableName | undefined;
  private draft: IndexDraft | undefined;
  private table: TableInfo | undefined;
  private dialect: Dialect | undefined;
  private trial: IndexTrial | undefined;
  /** A statement that waits to be tried. */
  private proposed: { statement: string; params?: SqlValue[]; analyze: boolean } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly parameters = new ParameterInput();

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly cluster: IndexCluster,
    private readonly context: IndexPanelContext,
    work: IndexWork = {},
  ) {
    this.isVisible = panelVisibility(panel);
    panel.title = vscode.l10n.t('Indexes: {0}', cluster.profile.name);
    panel.iconPath = panelIcon(context.extensionUri, 'indexes');
    this.channel = this.store.add(
      new RpcChannel<IndexesHostSide, IndexesViewSide>(panelPort(panel, context.errors), this.handlers()),
    );
    panel.onDidChangeViewState(() => {
      this.send();
      this.schedule();
    });
    this.store.add(cluster.onDidChangeProfile(() => this.send()));
    panel.onDidDispose(() => {
      this.trial?.cancel();
      clearTimeout(this.timer);
      this.store.dispose();
    });
    showView(panel.webview, context.extensionUri, 'indexes', 'DSQL Indexes');
    this.begin(work);
  }

  /** Turns to other work; a trial that runs is left alone. */
  begin({ scope, draft, statement, params, analyze = true }: IndexWork): void {
    if (scope || draft) this.scope = scope ?? { schema: draft!.schema, table: draft!.table };
    if (draft) this.draft = draft;
    if (statement !== undefined) {
      this.proposed = { statement, analyze, ...(params && { params }) };
      if (!this.trial?.running) this.trial = undefined;
    }
    void this.refresh();
  }

  /** Reads the catalogue again. */
  async refresh(): Promise<void> {
    this.loading++;
    this.send();
    try {
      this.dialect ??= await this.context.loadDialect();
      const reader = this.cluster.reader();
      this.catalog = await readIndexCatalog(reader);
      this.takeJobs(this.catalog.jobs);
      if (this.draft) this.table = await readTable(reader, this.catalog, this.draft);
      this.error = undefined;
    } catch (error) {
      this.context.errors.write(error);
      this.error = errorView(error);
    } finally {
      this.loading--;
      this.send();
      this.schedule();
    }
  }

  private takeJobs(jobs: readonly JobInfo[]): void {
    this.timelines.observe(
      jobs.filter(({ type }) => type === 'INDEX_BUILD' || type === 'VALIDATE_CONSTRAINT'),
      Date.now(),
    );
  }

  /** Looks at the jobs again while one runs and somebody sees it. */
  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.isVisible() || !this.timelines.running) return;
    this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private async look(): Promise<void> {
    try {
      const jobs = await this.cluster.reader().jobs();
      const before = this.catalog?.jobs.filter(isRunning).length ?? 0;
      this.takeJobs(jobs);
      if (jobs.filter(isRunning).length < before) return void this.refresh();
      if (this.catalog) this.catalog = { ...this.catalog, jobs };
      this.send();
    } catch (error) {
      // without an answer nothing is followed until the next refresh
      this.context.errors.write(error);
      return;
    }
    this.schedule();
  }

  private rowsOf(job: JobInfo): number | undefined {
    const index = this.catalog?.indexes.find(({ oid }) => oid === job.objectId);
    return index && this.catalog?.tables.find(t => t.schema === index.schema && t.name === index.table)?.estimatedRows;
  }

  state(): IndexesViewState {
    const { profile } = this.cluster;
    const { tables, more } = this.catalog ? tablesOf(this.catalog, this.scope) : { tables: [], more: [] };
    const { draft, dialect, proposed } = this;
    const taken = this.catalog?.taken.get(draft?.schema ?? '') ?? new Set<string>();
    return {
      profileId: profile.id,
      profile: profile.name,
      local: profile.kind === 'local',
      readOnly: profile.readOnly,
      loading: this.loading > 0,
      ...(this.scope && { scope: this.scope }),
      ...(this.error && { error: this.error }),
      tables,
      more,
      jobs: this.timelines.views(Date.now(), job => this.rowsOf(job)).slice(0, 50),
      ...(draft &&
        this.catalog && {
          draft: draftView(draft, this.table, taken, dialect && (sql => dialect.refusals(sql))),
        }),
      ...(this.trial
        ? { trial: this.trial.view() }
        : proposed && {
            trial: { statement: proposed.statement, analyze: proposed.analyze, phase: 'ready', steps: [] },
          }),
    };
  }

  private send(): void {
    if (this.isVisible()) this.channel.send('state', this.state());
  }

  private handlers(): Handlers<IndexesHostSide> {
    const { cluster } = this;
    return {
      load: () => this.state(),
      refresh: () => this.refresh(),
      setScope: params => {
        this.scope = scopeParam(params);
        this.send();
      },
      newIndex: params => {
        const { schema, table } = tableParam(params);
        this.draft = emptyDraft(schema, table);
        this.proposed = undefined;
        if (!this.trial?.running) this.trial = undefined;
        return this.refresh();
      },
      changeDraft: async params => {
        const draft = draftParam(params);
        const moved = draft.table !== this.draft?.table || draft.schema !== this.draft.schema;
        this.draft = draft;
        if (moved) await this.refresh();
        else this.send();
      },
      discardDraft: () => {
        this.draft = undefined;
        this.proposed = undefined;
        if (!this.trial?.running) this.trial = undefined;
        this.send();
      },
      create: () =>
        this.guard(async () => {
          if ((await cluster.create(this.readySql())) === undefined) return;
          this.draft = undefined;
          await this.refresh();
        }),
      tryIt: params => this.guard(() => this.tryIt(textParam(params, 'statement', MAX_TEXT_LENGTH), params.analyze)),
      cancelTrial: () => this.trial?.cancel(),
      endTrial: params =>
        this.guard(async () => {
          const keep = params.keep === true;
          const index = this.trial?.view().index;
          if (!keep && (index === undefined || !(await confirmDrop(cluster.profile, [index])))) return;
          await this.trial?.end(keep);
          await this.refresh();
        }),
      openComparison: () => this.openComparison(),
      drop: params =>
        this.guard(async () => {
          const { schema } = tableParam(params);
          const name = textParam(params, 'index');
          if (!(await confirmDrop(cluster.profile, [name]))) return;
          await cluster.drop([{ schema, name }]);
          await this.refresh();
        }),
      dropInvalid: () => this.guard(() => this.dropInvalid()),
      copy: params => copyText(textParam(params, 'text', MAX_TEXT_LENGTH)),
      openSql: params => openSqlBeside(`${textParam(params, 'text', MAX_TEXT_LENGTH)};\n`),
    };
  }

  private readySql(): string {
    const { draft } = this.state();
    if (!draft?.ready) throw draftRefused(draft?.problems[0]?.text ?? vscode.l10n.t('There is no index to create.'));
    return draft.sql;
  }

  private async tryIt(statement: string, analyze: unknown): Promise<void> {
    if (this.trial?.running) return;
    const sql = this.readySql();
    const params = await this.parametersOf(statement);
    if (params === undefined) return;
    this.proposed = { statement, analyze: analyze === true, params };
    const request = {
      statement,
      analyze: analyze === true,
      sql,
      ...(this.table?.estimatedRows !== undefined && { rows: this.table.estimatedRows }),
    };
    const schema = this.draft?.schema ?? 'public';
    const trial = new IndexTrial(request, this.cluster.trialPorts(schema, params), () => this.send());
    this.trial = trial;
    await trial.run();
    this.cluster.catalogChanged();
    await this.refresh();
    if (trial.view().phase !== 'done') return;
    this.draft = undefined;
    this.proposed = undefined;
    this.send();
    this.openComparison();
  }

  /** Values of the statement's parameters: those it was explained with, else the user is asked. Undefined when given up. */
  private async parametersOf(statement: string): Promise<SqlValue[] | undefined> {
    const asked = findParameters(statement);
    if (asked.length === 0) return [];
    const known = this.proposed?.statement === statement ? this.proposed.params : undefined;
    if (known?.length === asked.length) return known;
    return this.parameters.ask(statement, asked, [], new AbortController().signal);
  }

  private openComparison(): void {
    const { trial } = this;
    const { before, after } = trial?.plans ?? {};
    if (!trial || before === undefined || after === undefined) return;
    const { name: connection, region, kind } = this.cluster.profile;
    const { statement } = trial.request;
    const index = trial.view().index ?? vscode.l10n.t('the index');
    const source = (name: string, text: string): PlanSource => ({
      name,
      text,
      statement,
      connection,
      region,
      local: kind === 'local',
    });
    this.context.comparePlans(
      source(vscode.l10n.t('without {0}', index), before),
      source(vscode.l10n.t('with {0}', index), after),
    );
  }

  private async dropInvalid(): Promise<void> {
    const invalid = (this.state().tables ?? []).flatMap(({ schema, indexes }) =>
      indexes.filter(({ state }) => state === 'invalid').map(({ name }) => ({ schema, name })),
    );
    if (invalid.length === 0) return;
    if (
      !(await confirmDrop(
        this.cluster.profile,
        invalid.map(({ name }) => name),
      ))
    )
      return;
    await this.cluster.drop(invalid);
    await this.refresh();
  }

  /** What goes wrong is shown by the editor. */
  private async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isCancellation(error)) this.context.errors.show(error);
      this.send();
    }
  }
}
