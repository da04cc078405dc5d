import * as vscode from 'vscode';
import { looksExplainable } from '../../core/sql/explain-request';
import { splitScript } from '../../core/sql/script';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../contributions';
import { sqlSettings } from './sql-settings';

/** Beyond these a document gets no lenses: they would help nobody and cost every keystroke. */
const MAX_LENGTH = 2 * 1024 * 1024;
const MAX_STATEMENTS = 5_000;

/** Run | Explain | Explain Analyze above each statement. Needs no parser and no connection. */
export class StatementCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly subscription = vscode.workspace.onDidChangeConfiguration(
    event => event.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.sqlCodeLens}`) && this.changed.fire(),
  );

  provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): vscode.CodeLens[] {
    if (!sqlSettings(document.uri).codeLens || token.isCancellationRequested) return [];
    const text = document.getText();
    if (text.length > MAX_LENGTH) return [];
    const parts = splitScript(text).filter(({ type }) => type === 'statement');
    if (parts.length > MAX_STATEMENTS) return [];
    const { l10n } = vscode;
    return parts.flatMap(({ text: sql, start, end }) => {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const lens = (title: string, tooltip: string, command: string): vscode.CodeLens =>
        new vscode.CodeLens(range, { title, tooltip, command, arguments: [document.uri.toString(), start] });
      const run = lens(`$(play) ${l10n.t('Run')}`, l10n.t('Run this statement'), COMMANDS.runStatement);
      if (!looksExplainable(sql)) return [run];
      return [
        run,
        lens(l10n.t('Explain'), l10n.t('Show its plan; nothing is executed'), COMMANDS.explainStatement),
        lens(
          l10n.t('Explain Analyze'),
          l10n.t('Execute it and show plan, times and DPU estimate; changes are rolled back'),
          COMMANDS.explainAnalyzeStatement,
        ),
      ];
    });
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, this.subscription).dispose();
  }
}
