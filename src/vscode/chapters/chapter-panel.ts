import * as vscode from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import type {
  StepCodeRequest,
  ChapterHostSide,
  ChapterViewSide,
  ChapterViewState,
  NamedPlanText,
  NoticeView,
} from '../../protocol/chapter-view';
import { chapterErrors } from './chapter-errors';
import { confirmReset } from './confirm-reset';
import { chapterState } from './chapter-state';
import type { FullViews } from './full-views';
import type { RunRequest } from './run-progress';
import type { WorkshopSession } from './workshop-session';
import { COMMANDS, CONTEXTS } from '../contributions';
import { isCancellation, type ErrorReporter } from '../errors';
import type { Scale } from '../settings';
import { errorView } from '../webviews/error-view';
import { copyText } from '../webviews/view-texts';
import { flagParam, MAX_COPY_LENGTH, namedPlanParam, placeParam, textParam } from '../webviews/view-params';
import { showView } from '../webviews/view-page';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';

export interface ChapterPanelContext {
  session: WorkshopSession;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  scale: () => Scale;
  fullViews: FullViews;
  /** Runs with progress where the user looks. */
  run: (request: RunRequest) => Promise<void>;
  chooseTarget: () => Promise<void>;
  /** Opens the IAM policy of a chapter. */
  showPolicy: (slug: string) => Promise<unknown>;
  /** Opens two plans in the plan viewer, compared. */
  comparePlans: (before: NamedPlanText, after: NamedPlanText) => void;
}

/** The least time between two progress messages to a view. */
const PROGRESS_INTERVAL_MS = 100;

/** What the view asks about a step's code, by its word. */
const STEP_CODE: Readonly<Partial<Record<string, string>>> = {
  open: COMMANDS.openStepCode,
  diff: COMMANDS.diffStepCode,
  apply: COMMANDS.applyStepCode,
  undo: COMMANDS.undoStepCode,
} satisfies Record<StepCodeRequest, string>;

/** One panel showing one chapter at a time. Requests of the view are checked here. */
export class ChapterPanel {
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<ChapterHostSide, ChapterViewSide>;
  private readonly isVisible: () => boolean;
  private notice: NoticeView | undefined;
  private stateQueued = false;
  private lastProgress = 0;
  private reveal: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private slug: string,
    private readonly context: ChapterPanelContext,
    reveal?: string,
  ) {
    const { session } = context;
    this.isVisible = panelVisibility(panel);
    this.reveal = reveal;
    this.channel = this.store.add(
      new RpcChannel<ChapterHostSide, ChapterViewSide>(panelPort(panel, context.errors), this.handlers()),
    );
    this.store.add(session.onDidChange(() => this.queueState()));
    this.store.add(session.onDidProgress(() => this.sendProgress()));
    this.store.add(session.library.onDidChange(() => void this.tellChapter()));
    panel.onDidDispose(() => {
      this.store.dispose();
      void session.watch(undefined);
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) return;
      this.queueState();
      this.watch();
    });
    showView(panel.webview, this.context.extensionUri, 'chapter', 'DSQL Workshop');
    void this.tellChapter();
    this.watch();
  }

  get chapterSlug(): string {
    return this.slug;
  }

  /** Shows another chapter, or another step of this one. */
  show(slug: string, stepId?: string): void {
    if (slug !== this.slug) this.notice = undefined;
    this.slug = slug;
    this.reveal = stepId;
    void this.tellChapter();
    this.queueState();
    this.watch();
  }

  /** What is wrong, above the steps; undefined: nothing any more. */
  setNotice(error: unknown): void {
    this.notice = error === undefined ? undefined : { severity: 'error', ...errorView(error) };
    this.queueState();
  }

  private handlers(): Handlers<ChapterHostSide> {
    const { session, errors } = this.context;
    const stepId = (params: unknown) => textParam(params, 'stepId');
    return {
      load: () => this.state(),
      runStep: params => this.run({ slug: this.slug, stepId: stepId(params), activity: 'run' }),
      runAll: () => this.run({ slug: this.slug, activity: 'run' }),
      resetStep: params => this.reset(stepId(params)),
      resetChapter: () => this.reset(),
      skipStep: params => this.attempt(() => session.skip(this.slug, stepId(params), flagParam(params, 'skipped'))),
      check: () => this.attempt(() => session.check(this.slug)),
      openResult: params => this.attempt(() => this.openResult(stepId(params), placeParam(params, 'action'))),
      chooseTarget: () => this.attempt(() => this.context.chooseTarget()),
      showPolicy: () => this.attempt(async () => void (await this.context.showPolicy(this.slug))),
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
      copy: params => copyText(textParam(params, 'text', MAX_COPY_LENGTH)),
      openPlanComparison: params =>
        this.context.comparePlans(namedPlanParam(params, 'before'), namedPlanParam(params, 'after')),
      openSessions: params =>
        this.attempt(async () => {
          const script = textParam(params, 'script', MAX_COPY_LENGTH);
          await vscode.commands.executeCommand(COMMANDS.openTwoSessions, {
            script,
            order: textParam(params, 'order', 2_000),
          });
        }),
      stepCode: params =>
        this.attempt(async () => {
          const command = STEP_CODE[textParam(params, 'what')];
          const address = { slug: this.slug, stepId: stepId(params) };
          if (command) await vscode.commands.executeCommand(command, address);
        }),
      showLog: () => void vscode.commands.executeCommand(COMMANDS.showLog),
    };
  }

  private run(request: RunRequest): Promise<void> {
    return this.attempt(() => this.context.run(request));
  }

  /** A step, or the whole chapter. Asks first where more is lost than a moment: for a chapter, and in AWS always. */
  private reset(stepId?: string): Promise<void> {
    return this.attempt(async () => {
      const { session } = this.context;
      const { current } = session.targets;
      const chapter = await session.chapter(this.slug);
      const title =
        stepId === undefined
          ? vscode.l10n.t('chapter {0}', `${chapter.number} · ${chapter.title}`)
          : `“${chapter.steps.find(({ id }) => id === stepId)?.title ?? stepId}”`;
      if ((stepId === undefined || current.kind === 'aws') && !(await confirmReset(title, current))) return;
      await this.context.run({ slug: chapter.slug, ...(stepId !== undefined && { stepId }), activity: 'reset' });
    });
  }

  /** What goes wrong is shown in the view, where the user is. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    this.notice = undefined;
    try {
      await work();
      this.queueState();
    } catch (error) {
      if (isCancellation(error)) return;
      this.context.errors.write(error);
      this.setNotice(error);
    }
  }

  private async openResult(stepId: string, place: number): Promise<void> {
    const { session, fullViews } = this.context;
    const outcome = session.record(this.slug, stepId).actions[place];
    if (!outcome) throw chapterErrors.noFullView();
    await fullViews.open(outcome, session.targets.current);
  }

  /** A panel that is seen wants to know what is really done. */
  private watch(): void {
    this.context.session.watch(this.slug).catch((error: unknown) => this.context.errors.write(error));
  }

  private async state(): Promise<ChapterViewState> {
    const { session, scale, fullViews } = this.context;
    const reveal = this.reveal;
    const state = await chapterState(session, this.slug, {
      scale: scale(),
      notice: this.notice,
      reveal,
      fullView: fullViews.of,
    });
    if (this.reveal === reveal) this.reveal = undefined;
    return state;
  }

  /** Changes that come together make one snapshot. */
  private queueState(): void {
    if (this.stateQueued) return;
    this.stateQueued = true;
    setImmediate(() => {
      this.stateQueued = false;
      if (!this.isVisible()) return;
      this.state().then(
        state => this.channel.send('state', state),
        (error: unknown) => this.context.errors.write(error),
      );
    });
  }

  private sendProgress(): void {
    const run = this.context.session.current;
    const now = Date.now();
    if (!run || !this.isVisible() || now - this.lastProgress < PROGRESS_INTERVAL_MS) return;
    this.lastProgress = now;
    this.channel.send('progress', run.progress.view);
  }

  /** To the editor: the title of the tab, and what the walkthrough goes by. */
  private async tellChapter(): Promise<void> {
    try {
      const { number, title } = await this.context.session.chapter(this.slug);
      this.panel.title = `${number} · ${title}`;
      await vscode.commands.executeCommand('setContext', CONTEXTS.chapter, this.slug);
    } catch (error) {
      this.context.errors.write(error);
    }
  }
}
