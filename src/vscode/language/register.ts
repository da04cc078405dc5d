import * as vscode from 'vscode';
import type { Linter } from '../../core/lint/contract';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../contributions';
import type { ErrorReporter } from '../errors';
import { SQL_SELECTOR } from '../sql-editor/sql-documents';
import { auditMigration, type Audits } from './audit-command';
import { FIX_ALL, LintActions } from './code-actions';
import { LintHover } from './hover';
import { LintDocuments } from './lint-documents';
import { LintStatusItem } from './status-item';

export interface LanguageHelpContext {
  /** Loaded with the first SQL document; its parser is some 20 ms. */
  loadLinter(): Promise<Linter>;
  audits: Audits;
  errors: ErrorReporter;
}

/** Diagnostics, quick fixes, hovers and the language status of SQL documents. Needs no trust and no file system. */
export function createLanguageHelp({ loadLinter, audits, errors }: LanguageHelpContext) {
  const documents = new LintDocuments(loadLinter, error => errors.write(error));
  const disposable = vscode.Disposable.from(
    documents,
    new LintStatusItem(documents),
    vscode.languages.registerCodeActionsProvider(
      SQL_SELECTOR,
      new LintActions(documents, loadLinter),
      LintActions.metadata,
    ),
    vscode.languages.registerHoverProvider(SQL_SELECTOR, new LintHover(documents)),
  );
  const commands = {
    [COMMANDS.toggleLint]: async () => {
      const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
      const target = vscode.workspace.workspaceFolders?.length
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
      const isOn = section.get<unknown>(SETTINGS.lintEnabled) !== false;
      await section.update(SETTINGS.lintEnabled, !isOn, target);
    },
    [COMMANDS.auditMigration]: () => auditMigration(audits),
    [COMMANDS.fixAllInFile]: () =>
      vscode.commands.executeCommand('editor.action.codeAction', { kind: FIX_ALL.value, apply: 'first' }),
  };
  return { disposable, commands };
}
