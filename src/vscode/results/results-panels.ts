import * as vscode from 'vscode';
import type { RowStores } from '../../core/results/contract';
import { PANELS } from '../contributions';
import { PanelRun } from './panel-run';
import { ResultsPanel, type ResultsPanelContext } from './results-panel';
import { resultsSettings } from './results-settings';
import type { Results, ResultRun, ResultSource, ResultStatement, RunAgainRequest } from './results';

/** The window's results panels: one per source, more when results are pinned. */
export class ResultsPanels implements Results, vscode.Disposable {
  private readonly panels = new Set<ResultsPanel>();
  private runner: ((request: RunAgainRequest) => void | Promise<void>) | undefined;
  private loading: Promise<RowStores> | undefined;
  private readonly context: ResultsPanelContext;

  constructor(
    context: Omit<ResultsPanelContext, 'runner'>,
    private readonly loadStores: () => Promise<RowStores>,
  ) {
    this.context = { ...context, runner: () => this.runner };
  }

  begin(source: ResultSource, statements: ResultStatement[]): ResultRun {
    const panel = this.panelFor(source);
    const run = new PanelRun(source, statements, {
      stores: () => (this.loading ??= this.loadStores()),
      quotaBytes: () => resultsSettings().quotaBytes,
      changed: () => panel.queueState(),
      retryText: (attempt, delayMs) =>
        vscode.l10n.t('Attempt {0} met a conflict; the next one starts in {1} ms.', attempt, Math.round(delayMs)),
    });
    panel.show(run);
    return run;
  }

  get rowLimit(): number | undefined {
    return resultsSettings().rowLimit;
  }

  setRunner(run: (request: RunAgainRequest) => void | Promise<void>): void {
    this.runner = run;
    for (const panel of this.panels) panel.queueState();
  }

  private panelFor(source: ResultSource): ResultsPanel {
    const key = sourceKey(source);
    const found = [...this.panels].find(each => !each.pinned && sourceKey(each.current?.source) === key);
    if (found) {
      found.panel.reveal(undefined, true);
      return found;
    }
    return this.adopt(
      vscode.window.createWebviewPanel(
        PANELS.results,
        source.title,
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true },
      ),
    );
  }

  private adopt(panel: vscode.WebviewPanel): ResultsPanel {
    const adopted = new ResultsPanel(panel, this.context);
    this.panels.add(adopted);
    const icon = (theme: string) => vscode.Uri.joinPath(this.context.extensionUri, 'media', `results-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.onDidDispose(() => this.panels.delete(adopted));
    return adopted;
  }

  /** Closes every store; the files are gone when this settles. */
  async close(): Promise<void> {
    await (await this.loading)?.close();
  }

  dispose(): void {
    for (const { panel } of this.panels) panel.dispose();
  }
}

/** Runs of one document share a panel; without a document, runs of one title. */
function sourceKey(source: ResultSource | undefined): string | undefined {
  return source && (source.document?.toString() ?? `title:${source.title}`);
}
