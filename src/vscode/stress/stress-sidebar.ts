import * as vscode from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel } from '../../base/rpc';
import type { NoticeView, StressHostSide, StressViewSide } from '../../protocol/stress-view';
import type { ErrorReporter } from '../errors';
import { isCancellation } from '../errors';
import { errorView } from '../webviews/error-view';
import { panelPort } from '../webviews/panel-port';
import { showView } from '../webviews/view-page';
import type { StressDesk } from './stress-desk';
import { stressHandlers, type RequestedWork } from './stress-requests';

export interface SidebarContext {
  desk: StressDesk;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  /** Targets changed. */
  onDidChangeTargets: (listener: () => void) => { dispose(): void };
}

/** The least time between two ticks to the view. */
const TICK_INTERVAL_MS = 90;

/** The Stress view in the side bar. Hidden, it costs nothing and the run goes on; shown again, it is drawn anew. */
export class StressSidebar implements vscode.WebviewViewProvider {
  private view: vscode.WebviewView | undefined;
  private channel: RpcChannel<StressHostSide, StressViewSide> | undefined;
  private notice: NoticeView | undefined;
  private queued = false;
  private lastTick = -Infinity;
  private sent = { epoch: -1, length: 0 };

  constructor(private readonly context: SidebarContext) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const { desk, errors, extensionUri } = this.context;
    const store = new DisposableStore();
    this.view = view;
    this.channel = store.add(
      new RpcChannel<StressHostSide, StressViewSide>(
        panelPort(view, errors),
        stressHandlers(desk, { state: () => this.state(), guard: work => this.guard(work) }),
      ),
    );
    store.add(desk.onDidChange(() => this.queueState()));
    store.add(desk.run.onDidChange(() => this.queueState()));
    store.add(desk.cloudWatch.onDidChange(() => this.queueState()));
    store.add(desk.run.history.onDidChange(() => this.queueState()));
    store.add(desk.run.onDidTick(() => this.tick()));
    store.add(this.context.onDidChangeTargets(() => this.queueState()));
    view.onDidChangeVisibility(() => this.queueState());
    view.onDidDispose(() => {
      store.dispose();
      if (this.view === view) this.view = this.channel = undefined;
    });
    showView(view.webview, extensionUri, 'stress', 'DSQL Stress');
  }

  /** Tells what became of the last of these runs, which nobody waited for in this window. */
  async tellOf(ids: readonly string[]): Promise<void> {
    const last = ids.at(-1);
    const end = last === undefined ? undefined : await this.context.desk.endOf(last);
    if (!end) return;
    const lead = vscode.l10n.t('The window ended while a stress run was under way.');
    this.tell({ ...end, message: `${lead} ${end.message}` });
  }

  private state() {
    const { run } = this.context.desk;
    const { epoch, columns } = run.series();
    this.sent = { epoch, length: columns.atMs.length };
    return this.context.desk.sidebarState(this.notice);
  }

  /** What goes wrong is shown in the view, where the user is. */
  private async guard(work: RequestedWork): Promise<void> {
    this.tell(undefined);
    try {
      this.tell((await work()) ?? undefined);
    } catch (error) {
      if (isCancellation(error)) return;
      this.context.errors.write(error);
      this.tell({ tone: 'bad', ...errorView(error) });
    }
  }

  /** In the view, and by the editor while that is hidden. */
  private tell(notice: NoticeView | undefined): void {
    this.notice = notice;
    this.queueState();
    if (notice && !this.view?.visible)
      this.tellOutside(notice).catch((error: unknown) => this.context.errors.write(error));
  }

  private async tellOutside({ tone, message, nextStep, runId }: NoticeView): Promise<void> {
    const open = vscode.l10n.t('Open Report');
    const tell = tone === 'bad' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const text = nextStep === undefined ? message : `${message} ${nextStep}`;
    const answer = await tell(text, ...(runId === undefined ? [] : [open]));
    if (answer === open && runId !== undefined) this.context.desk.showRuns([runId]);
  }

  /** Changes that come together make one snapshot. */
  private queueState(): void {
    if (this.queued) return;
    this.queued = true;
    setImmediate(() => {
      this.queued = false;
      if (!this.view?.visible) return;
      this.state().then(
        state => this.channel?.send('state', state),
        (error: unknown) => this.context.errors.write(error),
      );
    });
  }

  private tick(): void {
    const { run } = this.context.desk;
    const { live } = run;
    const now = performance.now();
    if (!live || !this.view?.visible || now - this.lastTick < TICK_INTERVAL_MS) return;
    this.lastTick = now;
    const series = run.series(this.sent.length, this.sent.epoch);
    this.sent = { epoch: series.epoch, length: series.from + series.columns.atMs.length };
    this.channel?.send('tick', { live, series });
  }
}
