import * as vscode from 'vscode';
import type { RowStores } from '../../core/results/contract';
import { restoredMemory } from '../../core/results/restored-memory';
import { ResultsRun } from '../../core/results/results-run';
import type { MenuRequest } from '../../protocol/results-view';
import { PANELS } from '../contributions';
import { panelIcon } from '../webviews/panel-icon';
import { ResultsPanel, type ResultsPanelContext } from './results-panel';
import { resultsSettings } from './results-settings';
import type { Results, ResultRun, ResultSource, ResultStatement, RunAgainRequest } from './results';

/** The window's results panels: one per source, more when results are pinned. */
export class ResultsPanels implements Results, vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Set<ResultsPanel>();
  private runner: ((request: RunAgainRequest) => void | Promise<void>) | undefined;
  private loading: Promise<RowStores> | undefined;
  private readonly context: ResultsPanelContext;
  private readonly registration: vscode.Disposable;

  constructor(
    context: Omit<ResultsPanelContext, 'runner'>,
    private readonly loadStores: () => Promise<RowStores>,
  ) {
    this.context = { ...context, runner: () => this.runner };
    this.registration = vscode.window.registerWebviewPanelSerializer(PANELS.results, this);
  }

  begin(source: ResultSource, statements: ResultStatement[]): ResultRun {
    const { session, panel } = this.panelFor(source);
    const { id: profileId, name, environment, readOnly } = source.profile;
    const run = new ResultsRun(
      {
        title: source.title,
        target: { name, environment, readOnly },
        profileId,
        ...(source.document && { document: source.document.toString() }),
      },
      statements,
      {
        stores: () => (this.loading ??= this.loadStores()),
        quotaBytes: () => resultsSettings().quotaBytes,
        changed: () => session.current === run && session.changed(),
        retryText: (attempt, delayMs) =>
          vscode.l10n.t('Attempt {0} met a conflict; the next one starts in {1} ms.', attempt, Math.round(delayMs)),
        now: () => Date.now(),
      },
    );
    panel.title = panelTitle(source.title);
    session.show(run);
    return run;
  }

  setRunner(run: (request: RunAgainRequest) => void | Promise<void>): void {
    this.runner = run;
    for (const { session } of this.panels) session.changed();
  }

  /** To the panel in front: a menu that opens on a panel takes it there. */
  menu(request: MenuRequest): void {
    for (const each of this.panels) if (each.panel.active) each.menu(request);
  }

  /** A window was reloaded: the panel comes back and says that its rows are gone. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const memory = restoredMemory(state);
    if (memory) panel.title = panelTitle(memory.title);
    this.adopt(new ResultsPanel(panel, this.context, memory));
  }

  /** The panel of this source that is not pinned; brought to the front, with the focus left where it is. */
  private panelFor(source: ResultSource): ResultsPanel {
    const key = sourceKey(source.document?.toString(), source.title);
    const found = [...this.panels].find(({ session }) => {
      const { document, title } = session.state();
      return !session.pinned && sourceKey(document, title) === key;
    });
    if (found) {
      found.panel.reveal(undefined, true);
      return found;
    }
    const panel = vscode.window.createWebviewPanel(
      PANELS.results,
      panelTitle(source.title),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true },
    );
    return this.adopt(new ResultsPanel(panel, this.context));
  }

  private adopt(adopted: ResultsPanel): ResultsPanel {
    const { panel } = adopted;
    this.panels.add(adopted);
    panel.iconPath = panelIcon(this.context.extensionUri, 'results');
    panel.onDidDispose(() => this.panels.delete(adopted));
    return adopted;
  }

  /** Closes every store; the files are gone when this settles. */
  async close(): Promise<void> {
    await (await this.loading)?.close();
  }

  dispose(): void {
    this.registration.dispose();
    for (const { session } of this.panels) session.dispose();
  }
}

/** Told from the editor's own tab, which stands beside it. */
const panelTitle = (title: string): string => vscode.l10n.t('Results: {0}', title);

/** Runs of one document share a panel; without a document, runs of one title. */
const sourceKey = (document: string | undefined, title: string): string => document ?? `title:${title}`;
