import * as vscode from 'vscode';
import { CodedError, describeError } from '../../base/errors';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import type { ChapterHostSide, ChapterViewSide, NamedPlanText, NoticeView } from '../../protocol/chapter-view';
import { chapterState } from '../chapters/chapter-state';
import type { RunRequest, WorkshopSession } from '../chapters/workshop-session';
import { COMMANDS } from '../contributions';
import { isCancellation, type ErrorReporter } from '../errors';
import type { Scale } from '../settings';
import { MAX_COPY_LENGTH, namedPlanParam, textParam } from './chapter-requests';
import { showView } from './view-page';
import { panelPort } from './panel-port';

export interface ChapterPanelContext {
  session: WorkshopSession;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  scale: () => Scale;
  /** Runs with progress where the user looks. */
  run: (request: RunRequest) => Promise<void>;
  /** Opens two plans in the plan viewer, compared. */
  comparePlans: (before: NamedPlanText, after: NamedPlanText) => void;
}

/** The least time between two progress messages to a view. */
const PROGRESS_INTERVAL_MS = 100;

/** One panel showing one chapter at a time. Requests of the view are checked here. */
export class ChapterPanel {
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<ChapterHostSide, ChapterViewSide>;
  private notice: NoticeView | undefined;
  private stateQueued = false;
  private lastProgress = 0;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private slug: string,
    private readonly context: ChapterPanelContext,
  ) {
    const { session } = context;
    this.channel = this.store.add(new RpcChannel<ChapterHostSide, ChapterViewSide>(panelPort(panel), this.handlers()));
    this.store.add(session.onDidChange(() => this.queueState()));
    this.store.add(session.onDidProgress(() => this.sendProgress()));
    panel.onDidDispose(() => this.store.dispose());
    panel.onDidChangeViewState(() => panel.visible && this.queueState());
    showView(panel.webview, this.context.extensionUri, 'chapter', 'DSQL Workshop');
    void this.setTitle();
  }

  get chapterSlug(): string {
    return this.slug;
  }

  show(slug: string): void {
    this.slug = slug;
    this.notice = undefined;
    void this.setTitle();
    this.queueState();
  }

  private handlers(): Handlers<ChapterHostSide> {
    const { session, errors } = this.context;
    return {
      load: () => this.state(),
      runStep: params => this.run({ slug: this.slug, stepId: textParam(params, 'stepId'), activity: 'run' }),
      runAll: () => this.run({ slug: this.slug, activity: 'run' }),
      resetStep: params => this.run({ slug: this.slug, stepId: textParam(params, 'stepId'), activity: 'reset' }),
      cancel: () => session.cancel(),
      openChapter: async params => this.show((await session.chapter(textParam(params, 'slug'))).slug),
      startCluster: async () => {
        try {
          await session.cluster.ensureRunning();
        } catch (error) {
          errors.write(error);
          throw error;
        }
      },
      copy: async params => {
        await vscode.env.clipboard.writeText(textParam(params, 'text', MAX_COPY_LENGTH));
        vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2_000);
      },
      openPlanComparison: params =>
        this.context.comparePlans(namedPlanParam(params, 'before'), namedPlanParam(params, 'after')),
      showLog: () => void vscode.commands.executeCommand(COMMANDS.showLog),
    };
  }

  /** What goes wrong is shown in the view, where the user is. */
  private async run(request: RunRequest): Promise<void> {
    this.notice = undefined;
    try {
      await this.context.run(request);
    } catch (error) {
      if (isCancellation(error)) return;
      this.context.errors.write(error);
      this.setNotice(error);
    }
  }

  setNotice(error: unknown): void {
    this.notice = {
      severity: 'error',
      message: error instanceof CodedError ? error.message : describeError(error),
      ...(error instanceof CodedError && error.nextStep !== undefined && { nextStep: error.nextStep }),
    };
    this.queueState();
  }

  private state() {
    return chapterState(this.context.session, this.slug, this.context.scale(), this.notice);
  }

  /** Changes that come together make one snapshot. */
  private queueState(): void {
    if (this.stateQueued) return;
    this.stateQueued = true;
    setImmediate(() => {
      this.stateQueued = false;
      if (!this.panel.visible) return;
      this.state().then(
        state => this.channel.send('state', state),
        (error: unknown) => this.context.errors.write(error),
      );
    });
  }

  private sendProgress(): void {
    const run = this.context.session.current;
    const now = Date.now();
    if (!run || !this.panel.visible || now - this.lastProgress < PROGRESS_INTERVAL_MS) return;
    this.lastProgress = now;
    this.channel.send('progress', run.progress.view);
  }

  private async setTitle(): Promise<void> {
    try {
      const { number, title } = await this.context.session.chapter(this.slug);
      this.panel.title = `${number} · ${title}`;
    } catch (error) {
      this.context.errors.write(error);
    }
  }
}
