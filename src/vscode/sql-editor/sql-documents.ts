import * as vscode from 'vscode';
import { SQL_LANGUAGES } from '../contributions';

/** Every SQL document, saved or not, whatever file system it is on. */
export const SQL_SELECTOR: vscode.DocumentSelector = SQL_LANGUAGES.map(language => ({ language }));

/** Whether a document is SQL, whatever scheme it has. */
export const isSqlDocument = (document: vscode.TextDocument): boolean =>
  (SQL_LANGUAGES as readonly string[]).includes(document.languageId);

/** The SQL editor that has the focus, or had it last. */
export function activeSqlEditor(): vscode.TextEditor | undefined {
  const { activeTextEditor } = vscode.window;
  return activeTextEditor && isSqlDocument(activeTextEditor.document) ? activeTextEditor : undefined;
}

/** A short name for titles: `transfer.sql`, `Untitled-1`. */
export const titleOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1) || uri.path;
