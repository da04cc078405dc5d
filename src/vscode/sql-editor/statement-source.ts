import * as vscode from 'vscode';
import type { DocumentPlace } from '../../core/results/error-view';
import { partAt, splitScript } from '../../core/sql/script';
import type { RunText } from './sql-runner';

/** The document a command is about: the one a CodeLens named, else the one in front. */
export async function documentOf(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (typeof uri === 'string') return vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  if (uri instanceof vscode.Uri) return vscode.workspace.openTextDocument(uri);
  return vscode.window.activeTextEditor?.document;
}

/** The statement at an offset, or the one at the cursor. */
export function statementText(document: vscode.TextDocument, offset?: unknown): RunText | undefined {
  const text = document.getText();
  const at = typeof offset === 'number' ? offset : document.offsetAt(cursorOf(document));
  const part = partAt(text, splitScript(text), at);
  return part && { text: part.text, offset: part.start };
}

/** What is selected; several selections are one script, in their order in the text. Undefined where nothing is. */
export function selectedText(document: vscode.TextDocument): RunText | undefined {
  const ranges = (editorOf(document)?.selections ?? [])
    .filter(selection => !selection.isEmpty)
    .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
    .sort((one, other) => one.start - other.start);
  const [first] = ranges;
  if (!first) return undefined;
  const text = document.getText();
  if (ranges.length === 1) return { text: text.slice(first.start, first.end), offset: first.start };
  // the text between them blanked, so that offsets stay; a semicolon keeps two selections apart
  let script = '';
  for (const { start, end } of ranges) {
    if (start > script.length) script += `;${' '.repeat(start - script.length - 1)}`;
    script += text.slice(start, end);
  }
  return { text: script, offset: 0 };
}

/**
 * Line and column of an offset, from 1.
 * @param before characters that are sent before what stands there, and are not in the document.
 */
export function placeIn(document: vscode.TextDocument, offset: number, before = 0): DocumentPlace {
  const { line, character } = document.positionAt(offset);
  return { line: line + 1, column: character + 1 - before };
}

/** The whole document. */
export const wholeText = (document: vscode.TextDocument): RunText => ({ text: document.getText(), offset: 0 });

function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return activeTextEditor?.document === document
    ? activeTextEditor
    : visibleTextEditors.find(editor => editor.document === document);
}

const cursorOf = (document: vscode.TextDocument): vscode.Position =>
  editorOf(document)?.selection.active ?? new vscode.Position(0, 0);
