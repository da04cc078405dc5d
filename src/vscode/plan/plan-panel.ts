import * as vscode from 'vscode';
import { RpcChannel, type Handlers } from '../../base/rpc';
import { comparePlanViews } from '../../core/plan-view/comparison';
import type { PlanRelation } from '../../core/catalog/plan-facts';
import { tableLabel, uncounted } from '../../core/catalog/row-counts';
import { showPlan, type ShownPlan } from '../../core/plan-view/plan-view';
import type { SqlValue } from '../../core/sql/contract';
import type { CatalogFacts } from '../../core/plan/findings/catalog-facts';
import {
  PLAN_METRICS,
  type PlanHostSide,
  type PlanMetric,
  type PlanSource,
  type PlanViewSide,
  type PlanViewState,
} from '../../protocol/plan-view';
import { configuredPrices } from '../cost/price-settings';
import type { ErrorReporter } from '../errors';
import { textParam } from '../webviews/view-params';
import { showView } from '../webviews/view-page';
import { copyText, openSqlBeside } from '../webviews/view-texts';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { badPlanRequest } from './errors';
import { exportPlan } from './export-plan';
import type { SavedPlans } from './saved-plans';
import { askInDialog } from '../webviews/focused-view';

/** Leads an index that a finding recommends into index work; false when the text is no CREATE INDEX. */
export type TryIndex = (request: { sql: string; source: PlanSource; params?: SqlValue[] | undefined }) => boolean;

/** Counts what was not counted yet; nothing when the user thought better of it. */
export type CountRows = (facts: CatalogFacts) => Promise<CatalogFacts | undefined>;

export interface PlanPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  saved: SavedPlans;
  tryIndex: TryIndex;
  /** Asks for a plan to compare with; undefined when the user gave up. */
  pickOther: (than: PlanSource) => Promise<PlanSource | undefined>;
}

const MAX_TEXT_LENGTH = 1_000_000;

/** One panel that shows one plan, alone or beside another. */
export class PlanPanel {
  private readonly channel: RpcChannel<PlanHostSide, PlanViewSide>;
  private readonly isVisible: () => boolean;
  private shown: ShownPlan;
  private before: ShownPlan | undefined;
  private facts: { catalog: CatalogFacts; count: CountRows } | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    source: PlanSource,
    private readonly context: PlanPanelContext,
  ) {
    this.isVisible = panelVisibility(panel);
    panel.iconPath = panelIcon(context.extensionUri, 'plan');
    this.shown = showPlan(source, undefined, configuredPrices());
    this.channel = new RpcChannel<PlanHostSide, PlanViewSide>(panelPort(panel, context.errors), this.handlers());
    panel.onDidDispose(() => this.channel.dispose());
    panel.onDidChangeViewState(() => panel.visible && this.send());
    this.setTitle();
    showView(panel.webview, this.context.extensionUri, 'plan', 'DSQL Plan');
  }

  get source(): PlanSource {
    return this.shown.view.source;
  }

  /** Shows another plan in this panel. */
  show(source: PlanSource): void {
    if (this.source.text !== source.text) this.facts = undefined;
    this.shown = showPlan(source, this.facts?.catalog, configuredPrices());
    this.setTitle();
    this.send();
  }

  /** The relations that the plan names. */
  get relations(): PlanRelation[] {
    return this.shown.document.nodes.flatMap(({ schema, relation }) =>
      relation === undefined ? [] : [{ ...(schema !== undefined && { schema }), name: relation }],
    );
  }

  /** Looks at the plan again in the light of the catalogue, unless another plan is shown by now. `count`: counts the rows of its tables. */
  addFacts(source: PlanSource, catalog: CatalogFacts, count: CountRows): void {
    if (this.shown.view.source !== source) return;
    this.facts = { catalog, count };
    this.shown = showPlan(source, catalog, configuredPrices());
    this.send();
  }

  /** Shows this plan as what came after `before`. */
  compareWith(before: PlanSource | undefined): void {
    this.before = before && showPlan(before, undefined, configuredPrices());
    this.send();
  }

  private setTitle(): void {
    this.panel.title = vscode.l10n.t('Plan: {0}', this.source.name);
  }

  private state(): PlanViewState {
    const { view } = this.shown;
    const countable = this.facts && uncounted(this.facts.catalog).map(tableLabel);
    return {
      plan: view,
      saved: this.context.saved.has(view.source),
      ...(countable?.length && { countable }),
      ...(this.before && { comparison: comparePlanViews(this.before, this.shown) }),
    };
  }

  private send(): void {
    if (this.isVisible()) this.channel.send('state', this.state());
  }

  private handlers(): Handlers<PlanHostSide> {
    const { saved, pickOther } = this.context;
    return {
      load: () => this.state(),
      copy: params => copyText(textParam(params, 'text', MAX_TEXT_LENGTH)),
      openSql: params => openSqlBeside(`${textParam(params, 'text', MAX_TEXT_LENGTH)}\n`),
      tryIndex: params => {
        const sql = textParam(params, 'sql', MAX_TEXT_LENGTH);
        if (!this.context.tryIndex({ sql, source: this.source })) throw badPlanRequest('no CREATE INDEX');
      },
      countRows: () => this.guard(this.countRows()),
      save: () => this.guard(this.save(saved)),
      compare: () =>
        this.guard(
          pickOther(this.source).then(other => {
            if (other) this.compareWith(other);
          }),
        ),
      endCompare: () => this.compareWith(undefined),
      swapCompare: () => {
        if (!this.before) return;
        [this.before, this.shown] = [this.shown, this.before];
        this.facts = undefined;
        this.setTitle();
        this.send();
      },
      export: params => {
        const metric = metricParam(params);
        return this.guard(exportPlan(this.shown.view, metric, () => this.channel.call('png', {})));
      },
    };
  }

  private async countRows(): Promise<void> {
    if (!this.facts) return;
    const { source, facts } = this;
    const counted = await facts.count(facts.catalog);
    if (counted) this.addFacts(source, counted, facts.count);
  }

  private async save(saved: SavedPlans): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Save Plan'),
      prompt: vscode.l10n.t('The plan is kept in this workspace, on this machine.'),
      value: this.source.name,
      validateInput: value => (value.trim() === '' ? vscode.l10n.t('A plan needs a name.') : undefined),
    });
    if (name === undefined) return;
    const source = { ...this.source, name: name.trim() };
    if (saved.all().some(plan => plan.name === source.name && plan.text !== source.text)) {
      const replace = vscode.l10n.t('Replace');
      const question = vscode.l10n.t('A plan named {0} is saved already.', source.name);
      if ((await askInDialog(question, {}, replace)) !== replace) return;
    }
    await saved.save(source);
    this.show(source);
  }

  /** What goes wrong outside the view is shown by the editor. */
  private async guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.context.errors.show(error);
    }
  }
}

function metricParam(params: { metric: unknown }): PlanMetric {
  const metric = PLAN_METRICS.find(name => name === params.metric);
  if (!metric) throw badPlanRequest('no valid "metric"');
  return metric;
}
