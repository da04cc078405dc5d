import * as vscode from 'vscode';
import { transactionAge } from '../../core/sql/transaction-age';
import { COMMANDS, CONTEXTS, TRANSACTION_STATUS_ID } from '../contributions';
import type { EditorSessions } from './editor-sessions';
import type { EditorSession } from './editor-session';
import { activeSqlEditor, titleOf } from './sql-documents';

const TICK_MS = 1_000;

/** The open transaction of the editor in front, or of another one, in the status bar, with the time it has left. */
export class TransactionStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(TRANSACTION_STATUS_ID, vscode.StatusBarAlignment.Left, 90);
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: EditorSessions) {
    this.item.name = vscode.l10n.t('DSQL Transaction');
    this.item.command = COMMANDS.endTransaction;
    this.subscriptions = [
      sessions.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
    ];
    this.update();
  }

  /** What the item is about: the editor in front first. */
  get shown(): { document: vscode.Uri; session: EditorSession } | undefined {
    const open = this.sessions.withTransaction();
    const active = activeSqlEditor()?.document.uri.toString();
    return open.find(({ document }) => document.toString() === active) ?? open[0];
  }

  dispose(): void {
    clearInterval(this.timer);
    this.item.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { shown } = this;
    void vscode.commands.executeCommand('setContext', CONTEXTS.transaction, shown?.session.transaction ?? 'none');
    if (!shown) {
      clearInterval(this.timer);
      this.timer = undefined;
      this.item.hide();
      return;
    }
    // a countdown, and the look whether the connection still stands
    this.timer ??= setInterval(() => this.update(), TICK_MS);
    this.draw(shown.document, shown.session);
    this.item.show();
  }

  private draw(document: vscode.Uri, session: EditorSession): void {
    const { l10n } = vscode;
    const age = transactionAge(session.openedAtMs ?? Date.now(), Date.now());
    const failed = session.transaction === 'failed';
    const elsewhere = activeSqlEditor()?.document.uri.toString() !== document.toString();
    const where = elsewhere ? ` (${titleOf(document)})` : '';
    const text = failed
      ? l10n.t('Transaction failed')
      : age.level === 'over'
        ? l10n.t('Transaction too old')
        : session.written
          ? l10n.t('Transaction open {0}: {1}', age.text, session.written)
          : l10n.t('Transaction open {0}', age.text);
    this.item.text = `$(${failed || age.level === 'over' ? 'error' : 'git-commit'}) ${text}${where}`;
    this.item.accessibilityInformation = { label: `DSQL: ${text}${where}`, role: 'button' };
    const colour = failed || age.level === 'over' ? 'error' : age.level === 'warning' ? 'warning' : undefined;
    this.item.backgroundColor = colour && new vscode.ThemeColor(`statusBarItem.${colour}Background`);
    this.item.tooltip = failed
      ? l10n.t('{0} on {1}: a statement failed, so only rolling back is left.', titleOf(document), session.profile.name)
      : l10n.t(
          '{0} on {1}: DSQL ends a transaction after 300 seconds. Click to commit or roll back.',
          titleOf(document),
          session.profile.name,
        );
  }
}
