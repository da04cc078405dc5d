import * as vscode from 'vscode';
import { RUN_ID } from '../../core/stress-view/run-record';
import { MAX_COMPARED } from '../../protocol/stress-view';
import { PANELS } from '../contributions';
import { ReportPanel, type ReportContext } from './report-panel';

/** The window's report panels: one for each run or set of runs, brought back after a restart of the window. */
export class ReportPanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<ReportPanel>();

  constructor(private readonly context: ReportContext) {}

  show(ids: readonly string[]): void {
    const open = [...this.panels].find(panel => panel.ids.join() === ids.join());
    if (open) return open.panel.reveal();
    this.adopt(vscode.window.createWebviewPanel(PANELS.stressRuns, 'DSQL Stress', vscode.ViewColumn.Active, {}), ids);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const ids = restoredIds(state);
    if (ids.length === 0) panel.dispose();
    else this.adopt(panel, ids);
    return Promise.resolve();
  }

  private adopt(panel: vscode.WebviewPanel, ids: readonly string[]): void {
    const adopted = new ReportPanel(panel, ids, this.context);
    this.panels.add(adopted);
    panel.onDidDispose(() => this.panels.delete(adopted));
  }
}

function restoredIds(state: unknown): string[] {
  const ids = typeof state === 'object' && state !== null ? (state as { runIds?: unknown }).runIds : undefined;
  if (!Array.isArray(ids)) return [];
  return ids.filter((id): id is string => typeof id === 'string' && RUN_ID.test(id)).slice(0, MAX_COMPARED);
}
