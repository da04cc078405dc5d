import * as vscode from 'vscode';
import { DisposableStore } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { DoctorFinding } from '../../core/doctor/contract';
import { conclusion, findingLines } from '../../core/doctor/report';
import { doctorViewState } from '../../core/doctor/view-model';
import type { DoctorHostSide, DoctorViewSide } from '../../protocol/doctor-view';
import { isCancellation, type ErrorReporter } from '../errors';
import { errorView } from '../webviews/error-view';
import { textParam } from '../webviews/view-params';
import { showView } from '../webviews/view-page';
import { copyText, openSqlBeside } from '../webviews/view-texts';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';

export interface DoctorPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  /** The profile as it is now. */
  profile: (id: string) => ConnectionProfile | undefined;
  examine: (profile: ConnectionProfile, signal: AbortSignal) => Promise<AsyncIterable<DoctorFinding>>;
}

const MAX_TEXT_LENGTH = 100_000;

/** One panel that examines one profile, as often as it is asked to. */
export class DoctorPanel {
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<DoctorHostSide, DoctorViewSide>;
  private readonly isVisible: () => boolean;
  private findings: DoctorFinding[] = [];
  private running: AbortController | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private profile: ConnectionProfile,
    private readonly context: DoctorPanelContext,
  ) {
    this.isVisible = panelVisibility(panel);
    panel.title = vscode.l10n.t('Doctor: {0}', profile.name);
    panel.iconPath = panelIcon(context.extensionUri, 'doctor');
    this.channel = this.store.add(
      new RpcChannel<DoctorHostSide, DoctorViewSide>(panelPort(panel, context.errors), this.handlers()),
    );
    panel.onDidChangeViewState(() => panel.visible && this.send());
    panel.onDidDispose(() => {
      this.running?.abort();
      this.store.dispose();
    });
    showView(panel.webview, this.context.extensionUri, 'doctor', 'DSQL Workshop');
    void this.run();
  }

  get profileId(): string {
    return this.profile.id;
  }

  /** Examines from the start; a run under way is given up. */
  async run(): Promise<void> {
    this.running?.abort();
    const run = (this.running = new AbortController());
    this.profile = this.context.profile(this.profile.id) ?? this.profile;
    this.findings = [];
    this.send();
    try {
      for await (const finding of await this.context.examine(this.profile, run.signal)) {
        if (this.running !== run) return;
        this.findings.push(finding);
        this.send();
      }
    } catch (error) {
      if (this.running === run && !isCancellation(error)) this.giveUp(error);
    } finally {
      if (this.running === run) {
        this.running = undefined;
        this.send();
      }
    }
  }

  /** There was nothing to examine: the local cluster could not be started. */
  private giveUp(error: unknown): void {
    this.context.errors.write(error);
    const { message, nextStep } = errorView(error);
    this.findings = [
      {
        check: 'endpoint',
        status: 'failed',
        observed: message,
        fixes: nextStep === undefined ? [] : [{ text: nextStep }],
        durationMs: 0,
      },
    ];
  }

  private handlers(): Handlers<DoctorHostSide> {
    return {
      load: () => this.state(),
      run: () => void this.run(),
      cancel: () => this.running?.abort(),
      copy: params => copyText(textParam(params, 'text', MAX_TEXT_LENGTH)),
      copyReport: () => copyText([...this.findings.flatMap(findingLines), conclusion(this.findings), ''].join('\n')),
      openSql: params => openSqlBeside(`${textParam(params, 'text', MAX_TEXT_LENGTH)}\n`),
    };
  }

  private state() {
    return doctorViewState(this.profile, this.findings, this.running !== undefined);
  }

  private send(): void {
    if (this.isVisible()) this.channel.send('state', this.state());
  }
}
