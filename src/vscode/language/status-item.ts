import * as vscode from 'vscode';
import { describeError } from '../../base/errors';
import { COMMANDS } from '../contributions';
import { SQL_SELECTOR } from '../sql-editor/sql-documents';
import type { LintDocuments } from './lint-documents';
import { isSql } from './lint-settings';

/** In the language status of SQL documents: which dialect is checked, what came of it, and the switch. */
export class LintStatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('dsqlWorkshop.lint', SQL_SELECTOR);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly documents: LintDocuments) {
    this.item.name = vscode.l10n.t('DSQL checks');
    const subscription = documents.onDidChange(() => this.show());
    this.subscriptions = [
      this.item,
      { dispose: () => subscription.dispose() },
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
    ];
    this.show();
  }

  private show(): void {
    const { item } = this;
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isSql(document)) return;
    const state = this.documents.stateOf(document.uri);
    item.busy = state.name === 'checking';
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.command = { command: COMMANDS.toggleLint, title: vscode.l10n.t('Turn off') };
    switch (state.name) {
      case 'off':
        item.text = vscode.l10n.t('DSQL checks are off');
        item.detail = undefined;
        item.command = { command: COMMANDS.toggleLint, title: vscode.l10n.t('Turn on') };
        return;
      case 'checking':
        item.text = vscode.l10n.t('Checking as Aurora DSQL…');
        return;
      case 'checked':
        item.text = vscode.l10n.t('Checked as Aurora DSQL');
        item.detail =
          state.findings === 0
            ? vscode.l10n.t('nothing found')
            : vscode.l10n.t('{0} refused, {1} findings in all', state.errors, state.findings);
        return;
      case 'foreign':
        item.text = vscode.l10n.t('Not checked: this looks like {0}', state.dialect);
        item.detail = undefined;
        return;
      case 'failed':
        item.text = vscode.l10n.t('DSQL checks do not work: the SQL parser could not be loaded');
        item.detail = describeError(state.error);
        item.severity = vscode.LanguageStatusSeverity.Error;
        item.command = { command: COMMANDS.showLog, title: vscode.l10n.t('Show Log') };
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
