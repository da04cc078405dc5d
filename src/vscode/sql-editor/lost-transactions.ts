import * as vscode from 'vscode';
import type { EditorSessions } from './editor-sessions';
import { titleOf } from './sql-documents';

const KEY = 'openTransactions';

/**
 * Transactions that had written something when their window was closed or loaded anew: its end rolls them back, and nobody can be asked any
 * more, so the next window says so.
 */
export class LostTransactions implements vscode.Disposable {
  private readonly listening: { dispose(): unknown };
  private noted = '[]';

  constructor(
    private readonly sessions: EditorSessions,
    private readonly memento: vscode.Memento,
    private readonly onError: (error: unknown) => void,
  ) {
    this.tell();
    this.listening = sessions.onDidChange(() => this.note());
  }

  /** From now on nothing is noted any more: what is open goes with the window. */
  dispose(): void {
    this.listening.dispose();
  }

  private note(): void {
    const open = this.sessions.withTransaction().flatMap(({ document, session }) => {
      const { written, profile } = session;
      return written ? [vscode.l10n.t('{0} on {1}: {2}', titleOf(document), profile.name, written)] : [];
    });
    const noted = JSON.stringify(open);
    if (noted === this.noted) return;
    this.noted = noted;
    this.memento.update(KEY, open).then(undefined, this.onError);
  }

  private tell(): void {
    const lost = this.memento.get<unknown>(KEY);
    if (!Array.isArray(lost) || lost.length === 0) return;
    this.memento.update(KEY, undefined).then(undefined, this.onError);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The window ended with a transaction open, which was rolled back. {0}.', lost.join('; ')),
    );
  }
}
