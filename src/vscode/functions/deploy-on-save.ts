import path from 'node:path';
import * as vscode from 'vscode';
import { describeError } from '../../base/errors';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { kibText } from '../../core/lambda/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import { callerLinesOn, type CallerOf } from '../aws/callers';
import { FUNCTIONS_STATUS_ID, SETTINGS, SETTINGS_SECTION } from '../contributions';
import { isCancellation } from '../errors';
import type { CodeFolders } from '../own-code/code-folders';
import { Consent } from './consent';
import type { Deployer } from './deployer';
import type { FunctionPlace } from './function-target';
import type { LastDeployed } from './last-deployed';

/** Saves that come together make one deployment. Milliseconds. */
const QUIET_MS = 400;
const SHOWN_MS = 10_000;

/** Deploys what was saved, where the user wants that, to the function that was last deployed from there. Starts no cluster. */
export class DeployOnSave implements vscode.Disposable {
  private readonly status = vscode.window.createStatusBarItem(FUNCTIONS_STATUS_ID, vscode.StatusBarAlignment.Left, -1);
  private readonly saved: vscode.Disposable;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;
  /** To deploying to each target in AWS. */
  private readonly consent = new Consent();

  constructor(
    private readonly folders: CodeFolders,
    private readonly target: FunctionPlace,
    private readonly callerOf: CallerOf,
    private readonly deployer: Deployer,
    private readonly last: LastDeployed,
    private readonly onError: (error: unknown) => void,
  ) {
    this.status.name = vscode.l10n.t('DSQL Workshop: Deployment');
    this.saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => this.schedule(uri));
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.hiding);
    this.running?.abort();
    this.saved.dispose();
    this.status.dispose();
  }

  private schedule(uri: vscode.Uri): void {
    const wanted = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.deployOnSave) === true;
    const functionName = wanted && this.target.isReachable ? this.functionOf(uri.fsPath) : undefined;
    if (functionName === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.deployIfAllowed(functionName), QUIET_MS);
  }

  private functionOf(file: string): string | undefined {
    const folder = this.folders.current;
    for (const relative of new Set(Object.values(folder?.functions ?? {}))) {
      const directory = path.join(folder?.directory ?? '', relative);
      if (file.startsWith(directory + path.sep) && !file.includes(`${path.sep}node_modules${path.sep}`))
        return this.last.from(directory);
    }
    return undefined;
  }

  private async deployIfAllowed(functionName: string): Promise<void> {
    try {
      const folder = this.folders.current;
      if (folder && (await this.mayDeploy())) await this.deploy(folder, functionName);
    } catch (error) {
      if (isCancellation(error)) return;
      this.onError(error);
      this.say(`$(error) ${vscode.l10n.t('{0} was not deployed', functionName)}`, SHOWN_MS, describeError(error));
    }
  }

  /** A newer save takes the place of a deployment under way. */
  private async deploy(folder: CodeFolder, functionName: string): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const say = (text: string): void => {
      if (this.running === running) this.say(`$(sync~spin) ${text}`);
    };
    try {
      say(vscode.l10n.t('Deploying {0}', functionName));
      const { bundleBytes } = await this.deployer.deploy(folder, functionName, say, running.signal);
      this.say(`$(check) ${vscode.l10n.t('{0} deployed, {1}', functionName, kibText(bundleBytes))}`, SHOWN_MS);
    } finally {
      if (this.running === running) this.running = undefined;
    }
  }

  /** Where saving changes something in AWS, the user is asked once a session. */
  private async mayDeploy(): Promise<boolean> {
    const { label, isOnAws, profile } = this.target;
    return !isOnAws || this.consent.to(label, () => this.ask(label, profile));
  }

  /** Undefined when the question was put away. */
  private async ask(label: string, profile: ConnectionProfile): Promise<boolean | undefined> {
    const deploy = vscode.l10n.t('Deploy on Save');
    const not = vscode.l10n.t('Not in This Session');
    const who = await callerLinesOn(profile, this.callerOf);
    const answer = await vscode.window.showWarningMessage(
      [vscode.l10n.t('What you save would be deployed to {0} in AWS at once, and run there.', label), ...who]
        .filter(text => text !== '')
        .join(' '),
      deploy,
      not,
    );
    return answer === undefined ? undefined : answer === deploy;
  }

  private say(text: string, forMs?: number, tooltip?: string): void {
    clearTimeout(this.hiding);
    this.status.text = text;
    this.status.tooltip = tooltip;
    this.status.show();
    if (forMs !== undefined) this.hiding = setTimeout(() => this.status.hide(), forMs);
  }
}
