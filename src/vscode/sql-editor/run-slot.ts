import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { NO_SINK } from '../../core/sql/rolled-back';
import type { Connections } from '../connections/connections';
import { CONTEXTS } from '../contributions';
import type { EditorSession } from './editor-session';
import type { EditorSessions } from './editor-sessions';
import { titleOf } from './sql-documents';
import { askInDialog } from '../webviews/focused-view';

/** What is run against what. */
export interface RunTarget {
  /** Key of the session. */
  uri: vscode.Uri;
  /** Undefined where no open document is behind the run. */
  document?: vscode.TextDocument;
  title: string;
  profile: ConnectionProfile;
}

/** A run under way: its session, what cancels it, and where it says how far it is. */
export interface ActiveRun {
  session: EditorSession;
  controller: AbortController;
  report(message: string): void;
}

/** Runs that are over sooner show no progress of their own: the results panel does. */
const QUIET_MS = 1_000;

/** One run at a time for each document; opens its session, shows progress when it takes long, and cancels. */
export class RunSlots {
  private readonly running = new Map<string, AbortController>();

  constructor(
    private readonly connections: Connections,
    private readonly sessions: EditorSessions,
  ) {}

  /** The target of a document: its own override, else the window's. */
  targetOf(document: vscode.TextDocument): RunTarget {
    const { uri } = document;
    return { uri, document, title: titleOf(uri), profile: this.connections.profileFor(uri) };
  }

  /** Runs `work` in the target's slot; does nothing when the user will not let go of what is there. */
  async run(target: RunTarget, work: (run: ActiveRun) => Promise<void>): Promise<void> {
    const key = target.uri.toString();
    const under = this.running.get(key);
    if (under) return this.offerCancel(target, under);
    const controller = new AbortController();
    this.running.set(key, controller);
    this.showRunning();
    let say: (message: string) => void = () => undefined;
    let message = vscode.l10n.t('Connecting to {0}…', target.profile.name);
    // the results panel shows a statement's progress and can cancel it; before that, and for scripts, somebody must
    let location = vscode.ProgressLocation.Notification;
    const report = (text: string): void => {
      location = vscode.ProgressLocation.Notification;
      message = text;
      say(text);
    };
    const connected = (): void => {
      message = vscode.l10n.t('Running on {0}…', target.profile.name);
      location = vscode.ProgressLocation.Window;
      say(message);
    };
    const running = this.start(target, { controller, report, connected, work });
    const timer = setTimeout(() => {
      void vscode.window.withProgress({ location, title: target.title, cancellable: true }, async (progress, token) => {
        token.onCancellationRequested(() => controller.abort());
        say = text => progress.report({ message: text });
        say(message);
        await running.catch(() => undefined);
      });
    }, QUIET_MS);
    try {
      await running;
    } finally {
      clearTimeout(timer);
      this.running.delete(key);
      this.showRunning();
    }
  }

  /** Cancels the run of one document. @returns false when none is under way there. */
  cancel(uri: vscode.Uri): boolean {
    const controller = this.running.get(uri.toString());
    controller?.abort();
    return controller !== undefined;
  }

  cancelAll(): void {
    for (const controller of this.running.values()) controller.abort();
  }

  private async start(
    target: RunTarget,
    {
      controller,
      report,
      connected,
      work,
    }: Omit<ActiveRun, 'session'> & {
      connected: () => void;
      work: (run: ActiveRun) => Promise<void>;
    },
  ): Promise<void> {
    if (!(await this.leaveFormerTarget(target, controller.signal))) return;
    const session = await this.sessions.open(target.uri, target.profile, controller.signal);
    connected();
    await work({ session, controller, report });
  }

  /** An open transaction on the former target is never dropped without a word. */
  private async leaveFormerTarget({ uri, profile }: RunTarget, signal: AbortSignal): Promise<boolean> {
    const { l10n } = vscode;
    const former = this.sessions.find(uri);
    if (!former || former.profile.id === profile.id || former.transaction === 'idle') return true;
    const commit = l10n.t('Commit and Go On');
    const rollback = l10n.t('Roll Back and Go On');
    const answer = await askInDialog(
      l10n.t('A transaction is still open on {0}.', former.profile.name),
      { detail: l10n.t('This run goes to {0}. What becomes of the transaction?', profile.name) },
      ...(former.transaction === 'open' ? [commit] : []),
      rollback,
    );
    if (answer === undefined) return false;
    await former.run(answer === commit ? 'COMMIT' : 'ROLLBACK', NO_SINK, { signal });
    return true;
  }

  private async offerCancel(target: RunTarget, controller: AbortController): Promise<void> {
    const { l10n } = vscode;
    const cancel = l10n.t('Cancel It');
    const text = l10n.t('A run of {0} is still under way.', target.title);
    if ((await vscode.window.showWarningMessage(text, cancel)) === cancel) controller.abort();
  }

  private showRunning(): void {
    void vscode.commands.executeCommand('setContext', CONTEXTS.sqlRunning, this.running.size > 0);
  }
}
