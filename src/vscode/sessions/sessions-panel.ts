import * as vscode from 'vscode';
import { CodedError } from '../../base/errors';
import { RpcChannel, type Handlers } from '../../base/rpc';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { readSessionScript } from '../../core/sessions/read-script';
import { SessionStage } from '../../core/sessions/stage';
import { stageView, type StageView } from '../../core/sessions/stage-view';
import { stepsOf, type SessionScript } from '../../core/sessions/script';
import type { ScriptSource, SessionsHostSide, SessionsViewSide, SessionsViewState } from '../../protocol/sessions-view';
import type { Connections } from '../connections/connections';
import { isCancellation, type ErrorReporter } from '../errors';
import type { SessionPresetText } from '../ports';
import { errorView } from '../webviews/error-view';
import { MAX_COPY_LENGTH, textParam } from '../webviews/view-params';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { showView } from '../webviews/view-page';
import { copyText } from '../webviews/view-texts';
import { confirmSetup } from './confirm-setup';
import { pickScript } from './pick-script';
import { fileOf, SCRIPT_LANGUAGE, textOf } from './script-source';

export interface SessionsPanelContext {
  extensionUri: vscode.Uri;
  connections: Connections;
  errors: ErrorReporter;
  presets: () => Promise<SessionPresetText[]>;
}

/** What the panel opens with. */
export interface SessionsPanelStart {
  source: ScriptSource;
  profile: ConnectionProfile;
  order?: string;
}

/** Between two lines of an order that is played. */
const PACE_MS = 450;
/** After the last keystroke in the script's document. */
const FOLLOW_AFTER_MS = 500;
const NOTHING: StageView = {
  title: 'Two sessions',
  summary: '',
  postgres: '',
  phase: 'ready',
  columns: [],
  orders: [],
  order: '',
  timeline: { sessions: [], rows: [], watched: false },
  announcement: '',
};

/** One panel: a script, a connection, and the stage on which they are stepped. */
export class SessionsPanel {
  private readonly channel: RpcChannel<SessionsHostSide, SessionsViewSide>;
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly isVisible: () => boolean;
  private stage: SessionStage | undefined;
  private shown: ScriptSource;
  private profile: ConnectionProfile;
  private text: string | undefined;
  private problem: SessionsViewState['problem'];
  private allowed: string | undefined;
  private followTimer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    start: SessionsPanelStart,
    private readonly context: SessionsPanelContext,
  ) {
    this.isVisible = panelVisibility(panel);
    this.shown = start.source;
    this.profile = start.profile;
    panel.iconPath = panelIcon(context.extensionUri, 'chapter');
    this.channel = new RpcChannel<SessionsHostSide, SessionsViewSide>(
      panelPort(panel, context.errors),
      this.handlers(),
    );
    this.subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
      panel.onDidChangeViewState(() => panel.visible && this.send()),
    );
    panel.onDidDispose(() => this.dispose());
    showView(panel.webview, context.extensionUri, 'sessions', 'Two Sessions');
    void this.show(start.source, start.order);
  }

  /** What is shown now. */
  get source(): ScriptSource {
    return this.shown;
  }

  /** Chooses an order of the script, where it has it. */
  choose(order: string): void {
    if (this.stage?.script.orders.some(({ name }) => name === order)) this.stage.chooseOrder(order);
  }

  /** Shows another script. */
  async show(source: ScriptSource, order?: string): Promise<void> {
    this.shown = source;
    this.text = undefined;
    await this.read(order);
  }

  /** Settles when the sessions have ended and what they set up is removed. */
  async close(): Promise<void> {
    await this.stage?.close();
  }

  private async read(order?: string): Promise<void> {
    try {
      const text = await textOf(this.source, this.context.presets);
      if (text !== this.text) {
        const script = readSessionScript(text);
        this.text = text;
        this.replaceStage(script, order ?? this.stage?.order.name);
      }
      this.problem = undefined;
    } catch (error) {
      this.problem = errorView(error);
    }
    if (this.isClosed) return;
    this.panel.title = this.stage?.script.title || vscode.l10n.t('Two Sessions');
    this.send();
  }

  /** The new stage begins when the old one has removed its tables, which may be called alike. */
  private replaceStage(script: SessionScript, order: string | undefined): void {
    const cleared = this.stage?.close();
    const open = async () => {
      await cleared;
      return this.context.connections.openSession(this.profile);
    };
    this.stage = new SessionStage(script, { open, paceMs: PACE_MS }, order);
    this.stage.onDidChange(() => this.send());
  }

  private follow(document: vscode.TextDocument): void {
    if (this.source.kind !== 'document' || document.uri.toString() !== this.source.uri) return;
    clearTimeout(this.followTimer);
    this.followTimer = setTimeout(() => void this.read(), FOLLOW_AFTER_MS);
  }

  private handlers(): Handlers<SessionsHostSide> {
    return {
      load: () => this.state(),
      runLine: params => this.step(stage => this.runLine(stage, params)),
      runNext: () => this.step(stage => stage.runNext()),
      play: () => this.step(stage => stage.play()),
      stepBack: () => this.step(stage => stage.stepBack()),
      reset: () => this.attempt(async () => this.stage?.reset()),
      chooseOrder: params => this.attempt(() => this.stage?.chooseOrder(textParam(params, 'order', 2_000))),
      cancel: () => this.stage?.cancel(),
      chooseScript: () => this.attempt(() => this.chooseScript()),
      chooseConnection: () => this.attempt(() => this.chooseConnection()),
      edit: () => this.attempt(() => this.edit()),
      copy: params => copyText(textParam(params, 'text', MAX_COPY_LENGTH)),
    };
  }

  private runLine(stage: SessionStage, params: unknown): Promise<void> {
    const step = textParam(params, 'step');
    if (!stepsOf(stage.script).has(step)) throw new CodedError('BAD_REQUEST', `The view sent no valid "step".`);
    return stage.runLine(step);
  }

  /** Lines run only where the user agrees to what the script sets up. */
  private step(run: (stage: SessionStage) => Promise<void>): Promise<void> {
    return this.attempt(async () => {
      const { stage } = this;
      if (!stage || stage.busy) return;
      this.profile = this.context.connections.profile(this.profile.id) ?? this.profile;
      const key = `${this.profile.id}\n${this.text}`;
      if (this.allowed !== key && !(await confirmSetup(this.profile, stage.script))) return;
      this.allowed = key;
      await run(stage);
    });
  }

  /** What goes wrong is shown in the view, where the user is. */
  private async attempt(work: () => unknown): Promise<void> {
    this.problem = undefined;
    try {
      await work();
    } catch (error) {
      if (!isCancellation(error)) {
        this.context.errors.write(error);
        this.problem = errorView(error);
      }
    }
    this.send();
  }

  private async chooseScript(): Promise<void> {
    const source = await pickScript(this.context.presets);
    if (source) await this.show(source);
  }

  private async chooseConnection(): Promise<void> {
    const profile = await this.context.connections.pick(vscode.l10n.t('Run the sessions on which connection?'));
    if (!profile || profile.id === this.profile.id) return;
    await this.stage?.reset();
    this.profile = profile;
  }

  /** The script as text beside the view: its own document, or a copy that is to be saved somewhere. */
  private async edit(): Promise<void> {
    const { source } = this;
    let document: vscode.TextDocument;
    if (source.kind === 'document') document = await vscode.workspace.openTextDocument(vscode.Uri.parse(source.uri));
    else {
      const content = await textOf(source, this.context.presets);
      document = await vscode.workspace.openTextDocument({ language: SCRIPT_LANGUAGE, content });
      this.shown = { kind: 'document', uri: document.uri.toString() };
    }
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
  }

  private state(): SessionsViewState {
    const { kind, name, id, environment } = this.profile;
    const file = fileOf(this.source);
    return {
      ...(this.stage ? stageView(this.stage) : NOTHING),
      source: this.source,
      ...(file !== undefined && { file }),
      profileId: id,
      connection: name,
      ...(kind === 'aws' && { environment: environment === 'production' ? vscode.l10n.t('production') : 'AWS' }),
      ...(this.problem && { problem: this.problem }),
    };
  }

  private send(): void {
    if (this.isVisible()) this.channel.send('state', this.state());
  }

  private dispose(): void {
    this.isClosed = true;
    clearTimeout(this.followTimer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.channel.dispose();
    this.stage?.dispose();
  }
}
