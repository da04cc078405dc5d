import * as vscode from 'vscode';
import { NO_SINK } from '../../core/sql/rolled-back';
import type { ErrorReporter } from '../errors';
import type { Connections } from '../connections/connections';
import type { EditorSession } from './editor-session';
import type { EditorSessions } from './editor-sessions';
import { titleOf } from './sql-documents';
import type { TransactionStatus } from './transaction-status';
import { askInDialog } from '../webviews/focused-view';

/** Commit and roll back from outside the text, and what happens to transactions whose editor goes or turns elsewhere. */
export class Transactions implements vscode.Disposable {
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly warned = new Set<EditorSession>();

  constructor(
    private readonly sessions: EditorSessions,
    private readonly connections: Connections,
    private readonly status: TransactionStatus,
    private readonly errors: ErrorReporter,
  ) {
    this.subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        const uris = closed.flatMap(({ input }) => (input instanceof vscode.TabInputText ? input.uri : []));
        for (const uri of uris) if (!isInTab(uri)) void this.closed(uri).catch(error => errors.show(error));
      }),
      connections.onDidChange(() => this.targetChanged()),
    ];
  }

  /** Ends the transaction the status bar shows; does nothing without one. */
  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const { shown } = this.status;
    if (shown) await this.finish(shown.session, statement);
    else vscode.window.setStatusBarMessage(vscode.l10n.t('$(info) No transaction is open'), 4_000);
  }

  /** Asks how to end it. */
  async ask(): Promise<void> {
    const { l10n } = vscode;
    const { shown } = this.status;
    if (!shown) return this.end('ROLLBACK');
    const items = [
      ...(shown.session.transaction === 'open'
        ? [{ label: `$(check) ${l10n.t('Commit')}`, statement: 'COMMIT' as const }]
        : []),
      { label: `$(discard) ${l10n.t('Roll Back')}`, statement: 'ROLLBACK' as const },
    ];
    const title = l10n.t('Transaction of {0} on {1}', titleOf(shown.document), shown.session.profile.name);
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: whatIsOpen(shown.session) });
    if (picked) await this.finish(shown.session, picked.statement);
  }

  /** Asks before a cluster ends and what was written there is rolled back with it. @returns whether it may end. */
  async mayEnd(profileId: string): Promise<boolean> {
    const { l10n } = vscode;
    const lost = this.sessions
      .withTransaction()
      .filter(({ session }) => session.profile.id === profileId && session.written !== '');
    const [first] = lost;
    if (!first) return true;
    const stop = l10n.t('Stop and Roll Back');
    const answer = await askInDialog(
      l10n.t('A transaction is open on {0}. Stop the cluster and roll it back?', first.session.profile.name),
      { detail: lost.map(each => `${titleOf(each.document)}: ${each.session.written}`).join('\n') },
      stop,
    );
    return answer === stop;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async finish(session: EditorSession, statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const { l10n } = vscode;
    const { tag } = await session.run(statement, NO_SINK);
    // COMMIT of a failed transaction answers ROLLBACK, without an error
    const kept = tag.startsWith('COMMIT');
    vscode.window.setStatusBarMessage(
      kept ? `$(check) ${l10n.t('Committed')}` : `$(discard) ${l10n.t('Rolled back')}`,
      5_000,
    );
    if (kept) this.connections.catalogChanged(session.profile.id);
  }

  /**
   * The last tab of a document is gone, its transaction is not. Nothing is committed or lost by a stray key: Enter, Esc and the editor's own
   * Cancel bring the document back. Databases' own tools differ: psql rolls back, pgAdmin and DataGrip ask.
   */
  private async closed(uri: vscode.Uri): Promise<void> {
    const { l10n } = vscode;
    const session = this.sessions.find(uri);
    if (!session) return;
    if (session.transaction !== 'idle') {
      // what was never saved is known only now, and no more where the editor was told to discard it
      const text = vscode.workspace.textDocuments.find(each => each.uri.toString() === uri.toString())?.getText();
      const commit = { title: l10n.t('Commit') };
      const reopen = { title: l10n.t('Open It Again') };
      const rollback = { title: l10n.t('Roll Back') };
      const answer = await askInDialog<vscode.MessageItem>(
        l10n.t('{0} was closed with a transaction open on {1}.', titleOf(uri), session.profile.name),
        { detail: whatIsOpen(session) },
        ...[reopen, rollback, ...(session.transaction === 'open' ? [commit] : [])],
      );
      if (answer === commit) await this.finish(session, 'COMMIT');
      else if (answer !== rollback) return this.openAgain(uri, text);
    }
    if (!isInTab(uri)) await this.sessions.release(uri);
  }

  private async openAgain(uri: vscode.Uri, text: string | undefined): Promise<void> {
    const untitled = uri.scheme === 'untitled';
    const document = await (untitled
      ? vscode.workspace.openTextDocument({ language: 'sql', content: text ?? '' })
      : vscode.workspace.openTextDocument(uri));
    this.sessions.move(uri, document.uri);
    await vscode.window.showTextDocument(document);
  }

  /** The editor's target is now another one: said at once, and asked for at the next run. */
  private targetChanged(): void {
    const { l10n } = vscode;
    for (const { document, session } of this.sessions.withTransaction()) {
      if (this.connections.profileFor(document).id === session.profile.id) this.warned.delete(session);
      else if (!this.warned.has(session)) {
        this.warned.add(session);
        const commit = l10n.t('Commit');
        const rollback = l10n.t('Roll Back');
        const text = l10n.t('{0} still has a transaction open on {1}.', titleOf(document), session.profile.name);
        void vscode.window.showWarningMessage(text, commit, rollback).then(async answer => {
          if (answer !== undefined && session.transaction !== 'idle')
            await this.finish(session, answer === commit ? 'COMMIT' : 'ROLLBACK').catch(error =>
              this.errors.show(error),
            );
        });
      }
    }
  }
}

/** What committing keeps and rolling back loses. */
function whatIsOpen(session: EditorSession): string {
  const { l10n } = vscode;
  if (session.transaction === 'failed') return l10n.t('A statement of it failed, so only rolling back is left.');
  return session.written
    ? l10n.t('Written in it: {0}.', session.written)
    : l10n.t('None of its statements told of a row that it wrote.');
}

const isInTab = (uri: vscode.Uri): boolean =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
