import * as vscode from 'vscode';
import { tokenize } from '../../core/dialect/lexer';
import {
  explainDatabaseError,
  offsetOfPosition,
  type DatabaseErrorExplanation,
} from '../../core/sql/explain-database-error';
import { isCancellation } from '../errors';

/** Marks what the server complained about in the editor, until the text changes or is run again. */
export class ErrorMarks implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('dsqlWorkshop.run');
  private readonly subscriptions = [
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) => contentChanges.length > 0 && this.clear(document.uri),
    ),
    vscode.workspace.onDidCloseTextDocument(document => this.clear(document.uri)),
  ];

  clear(document: vscode.Uri): void {
    this.collection.delete(document);
  }

  /**
   * Marks a statement's error.
   * @param offset of the statement in the document. @param sql the text that was sent, whose first `prefixLength` characters are ours.
   */
  mark(document: vscode.TextDocument, offset: number, sql: string, error: unknown, prefixLength = 0): void {
    if (isCancellation(error)) return;
    const explained = explainDatabaseError(error);
    const written = sql.slice(prefixLength);
    const at = explained.position === undefined ? undefined : offsetOfPosition(sql, explained.position) - prefixLength;
    const [start, end] = rangeIn(written, at);
    const range = new vscode.Range(document.positionAt(offset + start), document.positionAt(offset + end));
    const diagnostic = new vscode.Diagnostic(range, messageOf(explained), vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'DSQL';
    if (explained.sqlstate) diagnostic.code = explained.sqlstate;
    this.collection.set(document.uri, [...(this.collection.get(document.uri) ?? []), diagnostic]);
  }

  dispose(): void {
    vscode.Disposable.from(this.collection, ...this.subscriptions).dispose();
  }
}

/** The token at the place, or the statement's first line where there is none in it. */
function rangeIn(sql: string, at: number | undefined): [number, number] {
  if (at !== undefined && at >= 0 && at <= sql.length) {
    const token = tokenize(sql).find(({ start, end }) => start <= at && at < end);
    if (token) return [token.start, token.end];
    // "at end of input": the last token
    const last = tokenize(sql).at(-1);
    if (last) return [last.start, last.end];
  }
  const line = sql.search(/[\r\n]/);
  return [0, line < 0 ? sql.length : line];
}

function messageOf({ message, detail, hint, why, nextStep }: DatabaseErrorExplanation): string {
  const { l10n } = vscode;
  return [
    message,
    detail && l10n.t('Detail: {0}', detail),
    hint && l10n.t('Hint: {0}', hint),
    why,
    nextStep && l10n.t('Next: {0}', nextStep),
  ]
    .filter(Boolean)
    .join('\n');
}
