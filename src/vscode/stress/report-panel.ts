import * as vscode from 'vscode';
import { RpcChannel } from '../../base/rpc';
import { compareRuns } from '../../core/stress-view/comparison';
import { reportOf } from '../../core/stress-view/report';
import type { StressHostSide, StressReportState, StressViewSide } from '../../protocol/stress-view';
import type { ErrorReporter } from '../errors';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { showView } from '../webviews/view-page';
import type { StressDesk } from './stress-desk';
import { stressHandlers, type RequestedWork } from './stress-requests';

export interface ReportContext {
  desk: () => StressDesk;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
}

/** A finished run in full size, or several side by side. */
export class ReportPanel {
  private readonly isVisible: () => boolean;
  private readonly channel: RpcChannel<StressHostSide, StressViewSide>;

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly ids: readonly string[],
    private readonly context: ReportContext,
  ) {
    const { errors, extensionUri } = context;
    const desk = context.desk();
    this.isVisible = panelVisibility(panel);
    panel.iconPath = panelIcon(extensionUri, 'stress');
    const guard = async (work: RequestedWork): Promise<void> => {
      try {
        await work();
      } catch (error) {
        errors.show(error);
      }
    };
    this.channel = new RpcChannel<StressHostSide, StressViewSide>(
      panelPort(panel, errors),
      stressHandlers(desk, { state: () => this.state(), guard }),
    );
    const listener = desk.run.history.onDidChange(() => errors.inBackground(this.send()));
    const watching = desk.cloudWatch.onDidChange(() => errors.inBackground(this.send()));
    panel.onDidDispose(() => {
      listener.dispose();
      watching.dispose();
      this.channel.dispose();
    });
    panel.onDidChangeViewState(() => errors.inBackground(this.send()));
    showView(panel.webview, extensionUri, 'stress', 'DSQL Stress');
  }

  private async send(): Promise<void> {
    if (!this.isVisible()) return;
    const state = await this.state();
    // it may have been closed meanwhile
    if (this.isVisible()) this.channel.send('state', state);
  }

  private async state(): Promise<StressReportState> {
    const { cloudWatch, run } = this.context.desk();
    const { history } = run;
    const found = await Promise.all(this.ids.map(async id => ({ id, record: await history.get(id) })));
    const records = found.map(({ record }) => record).filter(record => record !== undefined);
    if (this.isVisible()) this.panel.title = titleOf(records.map(({ result }) => result.plan.name));
    return {
      surface: 'report',
      runs: records.map(record => reportOf(record, cloudWatch.view(record))),
      ...(records.length > 1 && { comparison: compareRuns(records) }),
      missing: found.filter(({ record }) => !record).map(({ id }) => id),
    };
  }
}

/** Of many runs a tab names the first only. */
function titleOf(names: readonly string[]): string {
  const [first = '–'] = names;
  if (names.length < 2) return vscode.l10n.t('Run: {0}', first);
  return names.length < 4
    ? vscode.l10n.t('Runs: {0}', names.join(' · '))
    : vscode.l10n.t('Runs: {0} and {1} more', first, names.length - 1);
}
