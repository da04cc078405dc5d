import * as vscode from 'vscode';
import type { WindowRun } from '../../core/stress-view/window-run';
import type { LiveRun } from '../../protocol/stress-view';
import { COMMANDS, CONTEXTS, STRESS_STATUS_ID } from '../contributions';

/** The run under way in the status bar; a click shows it. Gone when nothing runs. */
export class StressStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(STRESS_STATUS_ID, vscode.StatusBarAlignment.Left, 48);
  private readonly subscriptions: { dispose(): void }[];
  private shown = '';

  constructor(run: WindowRun) {
    this.item.name = vscode.l10n.t('DSQL Workshop: stress run');
    this.item.command = COMMANDS.showStressRuns;
    this.subscriptions = [
      run.onDidTick(() => this.show(run.live)),
      run.onDidChange(() => {
        void vscode.commands.executeCommand('setContext', CONTEXTS.stressRunning, run.live !== undefined);
        this.show(run.live);
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private show(live: LiveRun | undefined): void {
    const text = live ? statusText(live) : '';
    const key = JSON.stringify([text, live?.name, live?.targetName]);
    // a run ticks ten times a second, its text changes less often
    if (key === this.shown) return;
    this.shown = key;
    if (!live) return this.item.hide();
    this.item.text = text;
    this.item.tooltip = vscode.l10n.t('Stress run “{0}” on {1}', live.name, live.targetName);
    // read aloud on focus only: it changes several times a second
    this.item.accessibilityInformation = { label: vscode.l10n.t('Stress run {0}', live.name), role: 'button' };
    this.item.show();
  }
}

/** `Stress: 3,120/s · 45 % of 10 min`, or what is being prepared. */
function statusText({ phase, figures, fraction, fractionOf, stopping }: LiveRun): string {
  if (stopping) return `$(loading~spin) ${vscode.l10n.t('Stress: stopping')}`;
  if (phase === 'preparing' || !figures) return `$(loading~spin) ${vscode.l10n.t('Stress: preparing')}`;
  const rate = Math.round(figures.callsPerSecond).toLocaleString('en-US');
  const of = fractionOf === undefined ? '' : ` ${vscode.l10n.t('of {0}', fractionOf)}`;
  const percent = fraction === undefined ? '' : ` · ${Math.floor(100 * fraction)} %${of}`;
  return `$(dashboard) ${vscode.l10n.t('Stress')}: ${rate}/s${percent}`;
}
