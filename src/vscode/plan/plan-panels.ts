import * as vscode from 'vscode';
import { restoredMemory } from '../../core/plan-view/memory';
import type { PlanSource } from '../../protocol/plan-view';
import { PANELS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { pickPlan } from './pick-plan';
import type { SqlValue } from '../../core/sql/contract';
import { PlanPanel, type PlanPanelContext, type TryIndex } from './plan-panel';
import type { SavedPlans } from './saved-plans';

/** How many plans of this window can be compared with. */
const MAX_RECENT = 20;

/** The window's plan panels: one for each statement and connection, so that explaining again shows the new plan in place. */
export class PlanPanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<PlanPanel>();
  private recent: { source: PlanSource; at: Date }[] = [];
  private readonly context: PlanPanelContext;
  /** Parameters of statements that were explained in this window. They are not written anywhere. */
  private readonly parameters = new Map<string, SqlValue[]>();

  constructor(
    context: { extensionUri: vscode.Uri; errors: ErrorReporter; tryIndex: TryIndex },
    readonly saved: SavedPlans,
  ) {
    this.context = {
      ...context,
      saved,
      tryIndex: ({ sql, source }) => context.tryIndex({ sql, source, params: this.parameters.get(keyOf(source)) }),
      pickOther: than => this.pick(vscode.l10n.t('Compare with which plan?'), than),
    };
  }

  /** Shows a plan; the editor keeps the focus when `preserveFocus`. */
  show(source: PlanSource, preserveFocus = false): PlanPanel {
    this.remember(source);
    const open = [...this.panels].find(panel => sameStatement(panel.source, source));
    if (open) {
      open.show(source);
      open.panel.reveal(undefined, preserveFocus);
      return open;
    }
    const column = preserveFocus ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(PANELS.plan, source.name, { viewColumn: column, preserveFocus }, {});
    return this.adopt(panel, source);
  }

  /** Remembers what a statement was explained with, so that it can be explained again. */
  keepParameters(source: PlanSource, params: SqlValue[] | undefined): void {
    this.parameters.delete(keyOf(source));
    if (params) this.parameters.set(keyOf(source), params);
  }

  /** Asks for a plan that was seen or saved. */
  pick(title: string, than?: PlanSource): Promise<PlanSource | undefined> {
    return pickPlan(
      title,
      this.saved,
      this.recent.filter(({ source }) => source.name !== than?.name || source.text !== than.text),
    );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const source = restoredMemory(state);
    if (source) {
      this.remember(source);
      this.adopt(panel, source);
    } else panel.dispose();
    return Promise.resolve();
  }

  private adopt(panel: vscode.WebviewPanel, source: PlanSource): PlanPanel {
    const adopted = new PlanPanel(panel, source, this.context);
    this.panels.add(adopted);
    panel.onDidDispose(() => this.panels.delete(adopted));
    return adopted;
  }

  private remember(source: PlanSource): void {
    const others = this.recent.filter(seen => seen.source.text !== source.text || seen.source.name !== source.name);
    this.recent = [{ source, at: new Date() }, ...others].slice(0, MAX_RECENT);
  }
}

const sameStatement = (a: PlanSource, b: PlanSource): boolean =>
  a.connection === b.connection && a.index === b.index && (a.statement ?? a.text) === (b.statement ?? b.text);

const keyOf = ({ connection, statement }: PlanSource): string => `${connection}\0${statement}`;
