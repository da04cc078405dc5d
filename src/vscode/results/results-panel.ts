import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import { staleVersion, unknownStore } from '../../core/results/errors';
import type { RowStore } from '../../core/results/contract';
import type { ResultsHostSide, ResultsState, ResultsViewSide } from '../../protocol/results-view';
import type { ErrorReporter } from '../errors';
import { COMMANDS } from '../contributions';
import { webviewHtml } from '../webviews/html';
import { panelPort } from '../webviews/panel-port';
import type { PanelRun } from './panel-run';
import { count, flag, readWindow, text } from './requests';
import type { RunAgainRequest } from './results';

export interface ResultsPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  runner: () => ((request: RunAgainRequest) => void | Promise<void>) | undefined;
}

/** The least time between two snapshots to a view. */
const STATE_INTERVAL_MS = 80;
const MAX_COPY_LENGTH = 50_000_000;
const MAX_CELL_LENGTH = 1_000_000;

/** One panel of results. Requests of the view are checked here. */
export class ResultsPanel {
  pinned = false;
  private run: PanelRun | undefined;
  private runs = 0;
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<ResultsHostSide, ResultsViewSide>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly context: ResultsPanelContext,
  ) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.resource()] };
    this.channel = this.store.add(new RpcChannel<ResultsHostSide, ResultsViewSide>(panelPort(panel), this.handlers()));
    panel.onDidDispose(() => this.dispose());
    panel.onDidChangeViewState(() => panel.visible && this.queueState());
    panel.webview.html = this.html();
  }

  get current(): PanelRun | undefined {
    return this.run;
  }

  /** Shows a run in place of the former one. */
  show(run: PanelRun): void {
    void this.run?.close();
    this.run = run;
    this.runs++;
    this.panel.title = run.source.title;
    this.queueState();
  }

  private handlers(): Handlers<ResultsHostSide> {
    return {
      load: () => this.state(),
      cells: params => this.rowsOf(params).read(readWindow(params)),
      cell: params => this.rowsOf(params).cell(count(params, 'row'), count(params, 'column'), MAX_CELL_LENGTH),
      copyText: async params => vscode.env.clipboard.writeText(text(params, 'text', MAX_COPY_LENGTH)),
      cancel: () => this.run?.cancel(),
      pin: params => {
        this.pinned = flag(params, 'pinned');
        this.queueState();
      },
      goTo: () => undefined,
      runAgain: () => undefined,
      showLog: () => void vscode.commands.executeCommand(COMMANDS.showLog),
    };
  }

  private rowsOf(params: { statement: number; version: number }): RowStore {
    const index = count(params, 'statement');
    const result = this.run?.results[index];
    const store = this.run?.recorders.get(index)?.store;
    if (!result || !store) throw unknownStore();
    if (result.version !== params.version) throw staleVersion();
    return store;
  }

  private state(): ResultsState {
    const { run } = this;
    const canRunAgain = this.context.runner() !== undefined;
    return {
      run: this.runs,
      title: run?.source.title ?? this.panel.title,
      ...(run && {
        target: {
          name: run.source.profile.name,
          environment: run.source.profile.environment,
          readOnly: run.source.profile.readOnly,
        },
      }),
      gone: run === undefined,
      running: run?.running ?? false,
      cancelling: run?.cancelling ?? false,
      pinned: this.pinned,
      canRunAgain,
      statements: run?.views(canRunAgain) ?? [],
    };
  }

  /** The first change goes out at once, those that follow quickly make one snapshot. */
  queueState(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.panel.visible) this.channel.send('state', this.state());
    }, STATE_INTERVAL_MS);
  }

  private dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.store.dispose();
    void this.run?.close();
  }

  private resource(...names: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'webview', ...names);
  }

  private html(): string {
    const { webview } = this.panel;
    return webviewHtml({
      title: 'DSQL Results',
      cspSource: webview.cspSource,
      nonce: randomBytes(18).toString('base64'),
      styleNonce: randomBytes(18).toString('base64'),
      scriptUri: webview.asWebviewUri(this.resource('results.js')).toString(),
      styleUri: webview.asWebviewUri(this.resource('results.css')).toString(),
      language: vscode.env.language,
    });
  }
}
