import path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { readPlanFacts } from '../../core/catalog/plan-facts';
import type { CatalogQuery } from '../../core/catalog/reader';
import { nameOfStatement } from '../../core/plan-view/memory';
import { readPlans } from '../../core/plan/read-plans';
import type { NamedPlanText } from '../../protocol/chapter-view';
import { MAX_PLAN_LENGTH, type PlanSource } from '../../protocol/plan-view';
import type { Connections } from '../connections/connections';
import { COMMANDS, PANELS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { rowCounter } from './count-rows';
import { noPlanFound, planTooLong } from './errors';
import type { PlanPanel, TryIndex } from './plan-panel';
import { PlanPanels } from './plan-panels';
import type { ShowPlan } from '../sql-editor/explainer';
import { SavedPlans } from './saved-plans';

/** Of a text with more plans only so many are opened. */
const MAX_PLANS = 8;

export interface PlansContext {
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  workspaceState: vscode.Memento;
  connections: Pick<Connections, 'query' | 'isReachable'>;
  /** Leads a recommended index into index work; false for a text that is no CREATE INDEX. */
  tryIndex: TryIndex;
}

/** The plan viewer: its commands, its panels, and `showPlan` for whoever has run an EXPLAIN. */
export function createPlans({ errors, extensionUri, workspaceState, connections, tryIndex }: PlansContext) {
  const panels = new PlanPanels({ extensionUri, errors, tryIndex }, new SavedPlans(workspaceState));
  /** Opens a text that people brought; rejects when there is no plan in it. */
  const open = (source: PlanSource, from: string): void => {
    if (source.text.length > MAX_PLAN_LENGTH) throw planTooLong();
    const read = readPlans(source.text);
    const plans = read.filter(({ plan }) => plan.roots.length > 0);
    if (plans.length === 0) throw noPlanFound(from);
    if (plans.length === 1) panels.show(source);
    else
      for (const [at, plan] of plans.slice(0, MAX_PLANS).entries())
        panels.show({
          ...source,
          name: `${source.name} (${at + 1})`,
          text: plan.text,
          ...(plan.format === 'json' && { index: read.indexOf(plan) }),
        });
  };
  /** The plan is shown at once; what the catalogue adds comes when it has answered. Without an answer the plan stays as it is. */
  const addFacts = async (panel: PlanPanel, source: PlanSource, profile: ConnectionProfile): Promise<void> => {
    try {
      const query: CatalogQuery = (sql, params, signal) => connections.query(profile, sql, params, signal);
      const schemas = profile.schema === undefined ? ['public'] : [profile.schema, 'public'];
      panel.addFacts(source, await readPlanFacts(query, panel.relations, schemas), rowCounter(profile, query));
    } catch (error) {
      errors.write(error);
    }
  };
  return {
    /** Shows what came after a change beside what was before it. */
    compare: (before: PlanSource, after: PlanSource): void => panels.show(after).compareWith(before),
    showPlan: ({ profile, statement, text, params }: Parameters<ShowPlan>[0]): void => {
      const { name: connection, region, kind } = profile;
      const local = kind === 'local';
      const source: PlanSource = { name: nameOfStatement(statement), text, statement, connection, region, local };
      panels.keepParameters(source, params);
      const panel = panels.show(source, true);
      if (connections.isReachable(profile)) void addFacts(panel, source, profile);
    },
    /** Shows `after` with what changed since `before`; both were made on that connection. */
    comparePlans: (
      before: NamedPlanText,
      after: NamedPlanText,
      { name: connection, region, kind }: ConnectionProfile,
    ): void => {
      const of = { statement: `${before.title} / ${after.title}`, connection, region, local: kind === 'local' };
      const source = ({ title: name, text }: NamedPlanText): PlanSource => ({ name, text, ...of });
      panels.show(source(after), true).compareWith(source(before));
    },
    commands: {
      [COMMANDS.openPlanFromClipboard]: async (): Promise<void> => {
        const text = await vscode.env.clipboard.readText();
        open({ name: vscode.l10n.t('from the clipboard'), text }, vscode.l10n.t('the clipboard'));
      },
      [COMMANDS.openPlanFromFile]: async (argument?: unknown): Promise<void> => {
        const uri = argument instanceof vscode.Uri ? argument : await askForFile();
        if (!uri) return;
        const { size } = await vscode.workspace.fs.stat(uri);
        if (size > MAX_PLAN_LENGTH) throw planTooLong();
        const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
        const name = path.posix.basename(uri.path);
        open({ name, text: text.replace(/^\uFEFF/, '') }, name);
      },
      [COMMANDS.openSavedPlan]: async (): Promise<void> => {
        const source = await panels.pick(vscode.l10n.t('Open which plan?'));
        if (source) panels.show(source);
      },
    },
    disposable: vscode.window.registerWebviewPanelSerializer(PANELS.plan, panels),
  };
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Open a query plan'),
      canSelectMany: false,
      filters: {
        [vscode.l10n.t('Plans')]: ['txt', 'plan', 'json', 'md', 'log', 'out'],
        [vscode.l10n.t('All files')]: ['*'],
      },
    })) ?? [];
  return uri;
}
