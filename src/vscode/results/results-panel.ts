import * as vscode from 'vscode';
import { RpcChannel } from '../../base/rpc';
import { ResultsSession } from '../../core/results/results-session';
import type { MenuRequest, ResultsHostSide, ResultsViewMemory, ResultsViewSide } from '../../protocol/results-view';
import { COMMANDS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { showView } from '../webviews/view-page';
import { copyText } from '../webviews/view-texts';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { goToPlace } from './editor-place';
import { exportRows } from './export-rows';
import type { RunAgainRequest } from './results';

export interface ResultsPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  showPlan: (plan: { profileId: string | undefined; statement: string; text: string }) => void;
  runner: () => ((request: RunAgainRequest) => void | Promise<void>) | undefined;
}

/** One panel of results: the editor's side of a `ResultsSession`. */
export class ResultsPanel {
  readonly session: ResultsSession;
  private readonly channel: RpcChannel<ResultsHostSide, ResultsViewSide>;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly context: ResultsPanelContext,
    memory?: ResultsViewMemory,
  ) {
    const isVisible = panelVisibility(panel);
    this.session = new ResultsSession(
      {
        sendState: state => isVisible() && channel.send('state', state),
        sendActivity: activity => isVisible() && channel.send('activity', activity),
        writeClipboard: copyText,
        exportRows: request => this.shown(exportRows(request, context.errors)),
        goTo: place => this.shown(goToPlace(place)),
        runAgain: () => this.runAgain(),
        openPlan: plan => this.shown(Promise.resolve(context.showPlan(plan))),
        showLog: () => void vscode.commands.executeCommand(COMMANDS.showLog),
      },
      memory,
    );
    const channel = (this.channel = new RpcChannel<ResultsHostSide, ResultsViewSide>(
      panelPort(panel, context.errors),
      this.session.handlers(),
    ));
    panel.onDidDispose(() => {
      channel.dispose();
      this.session.dispose();
    });
    panel.onDidChangeViewState(() => panel.visible && this.session.changed());
    showView(panel.webview, this.context.extensionUri, 'results', 'DSQL Results');
  }

  /** Tells the view what was chosen in the menu on its cells. */
  menu(request: MenuRequest): void {
    this.channel.send('menu', request);
  }

  private runAgain(): ReturnType<ConstructorParameters<typeof ResultsSession>[0]['runAgain']> {
    const runner = this.context.runner();
    return (
      runner &&
      (async ({ origin, statements, all }) => {
        const document = origin.document === undefined ? undefined : vscode.Uri.parse(origin.document, true);
        const source = { title: origin.title, profileId: origin.profileId ?? '', ...(document && { document }) };
        await this.shown(Promise.resolve(runner({ source, statements, all })));
      })
    );
  }

  /** What goes wrong outside the view is shown by the editor. */
  private async shown(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.context.errors.show(error);
    }
  }
}
