import * as vscode from 'vscode';
import type { HistoryEntry } from '../../core/sql/history';
import type { ExplainMode } from '../../core/sql/explain-request';
import type { Connections } from '../connections/connections';
import { COMMANDS } from '../contributions';
import type { RunAgainRequest } from '../results/results';
import type { Explainer } from './explainer';
import { clearHistory, showHistory, type HistoryAction } from './history-pick';
import type { HistoryStore } from './history-store';
import { insertOccModule } from './occ-module';
import type { RunSlots, RunTarget } from './run-slot';
import { activeSqlEditor } from './sql-documents';
import type { SqlRunner } from './sql-runner';
import { documentOf, selectedText, statementText, wholeText } from './statement-source';
import type { Transactions } from './transactions';

export interface SqlCommandContext {
  extensionUri: vscode.Uri;
  connections: Connections;
  slots: RunSlots;
  runner: SqlRunner;
  explainer: Explainer;
  history: HistoryStore;
  transactions: Transactions;
}

/** The commands of the SQL editor. Those on a statement take a document's URI and an offset, as CodeLenses give them. */
export function sqlCommands(context: SqlCommandContext) {
  const { slots, runner, history, transactions } = context;
  const explain = (mode: ExplainMode) => async (uri?: unknown, offset?: unknown) => {
    const document = await documentOf(uri);
    if (!document) return;
    const source = typeof offset === 'number' ? undefined : selectedText(document);
    const text = source ?? statementText(document, offset);
    if (text) await context.explainer.explain(slots.targetOf(document), text, mode);
    else nothingToRun();
  };
  return {
    [COMMANDS.runStatement]: async (uri?: unknown, offset?: unknown) => {
      const document = await documentOf(uri);
      if (!document) return undefined;
      const selected = typeof offset === 'number' ? undefined : selectedText(document);
      const text = selected ?? statementText(document, offset);
      if (text) return runner.run(slots.targetOf(document), text);
      nothingToRun();
      return undefined;
    },
    [COMMANDS.runFile]: async (uri?: unknown) => {
      const document = await documentOf(uri);
      return document && runner.run(slots.targetOf(document), wholeText(document));
    },
    [COMMANDS.explainStatement]: explain('explain'),
    [COMMANDS.explainAnalyzeStatement]: explain('analyze'),
    [COMMANDS.cancelRun]: () => {
      const uri = activeSqlEditor()?.document.uri;
      if (!uri || !slots.cancel(uri)) slots.cancelAll();
    },
    [COMMANDS.endTransaction]: () => transactions.ask(),
    [COMMANDS.commitTransaction]: () => transactions.end('COMMIT'),
    [COMMANDS.rollbackTransaction]: () => transactions.end('ROLLBACK'),
    [COMMANDS.showSqlHistory]: () => showHistory(history, (action, entry) => actOnHistory(context, action, entry)),
    [COMMANDS.clearSqlHistory]: () => clearHistory(history),
    [COMMANDS.newSqlEditor]: async (content?: unknown) => {
      const text = typeof content === 'string' ? content : '';
      await openSql(text);
    },
    [COMMANDS.insertOccModule]: () => insertOccModule(context.extensionUri),
  };
}

/** Runs what a results panel wants run again, each statement by itself, on the connection it was run on. */
export async function runAgain({ connections, runner }: SqlCommandContext, request: RunAgainRequest): Promise<void> {
  const { document: uri, title, profileId } = request.source;
  const profile = connections.profile(profileId);
  if (!profile) {
    void vscode.window.showWarningMessage(vscode.l10n.t('The connection of this result is no longer there.'));
    return;
  }
  const document = uri && vscode.workspace.textDocuments.find(open => open.uri.toString() === uri.toString());
  const target: RunTarget = { uri: uri ?? untitledKey(title), title, profile, ...(document && { document }) };
  const [only] = request.statements;
  const unchanged = (sql: string, offset: number | undefined): boolean =>
    offset !== undefined && document?.getText().startsWith(sql, offset) === true;
  const text = request.statements.map(({ sql }) => sql).join(';\n');
  const offset = only && request.statements.length === 1 && unchanged(only.sql, only.offset) ? only.offset : undefined;
  await runner.run(target, { text, ...(offset !== undefined && { offset }) }, request.all);
}

async function actOnHistory(context: SqlCommandContext, action: HistoryAction, entry: HistoryEntry): Promise<void> {
  const { history, connections, runner, slots } = context;
  switch (action) {
    case 'delete':
      return history.remove(entry.id);
    case 'copy':
      return vscode.env.clipboard.writeText(entry.sql);
    case 'insert':
      return insertSql(entry.sql);
    case 'run': {
      const document = activeSqlEditor()?.document;
      const title = vscode.l10n.t('SQL History');
      const profile = connections.profile(entry.profileId) ?? connections.current;
      const here = document && connections.profileFor(document.uri).id === profile.id;
      const target = here ? slots.targetOf(document) : { uri: untitledKey(title), title, profile };
      await runner.run(target, { text: entry.sql });
    }
  }
}

/** At the cursor of the SQL editor in front, else in a new one. */
async function insertSql(sql: string): Promise<void> {
  const editor = activeSqlEditor();
  if (!editor) return openSql(sql);
  await editor.edit(edit => edit.replace(editor.selection, sql));
}

async function openSql(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content });
  await vscode.window.showTextDocument(document);
}

/** Key of a session without a document. */
const untitledKey = (title: string): vscode.Uri => vscode.Uri.from({ scheme: 'dsql-run', path: `/${title}` });

function nothingToRun(): void {
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(info) There is no statement to run here'), 4_000);
}
