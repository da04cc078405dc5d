import * as vscode from 'vscode';

/** The extension under test. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('dsql-workshop.dsql-workshop');
  if (!found) throw new Error('the extension is not installed in this VS Code');
  return found;
}

/** Waits for a condition; fails with its name. */
export async function until(what: string, holds: () => unknown, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/**
 * A new untitled document. Its content is set once more where need be: the editor reuses the names of closed untitled documents, and
 * then may restore the backup of the former one in place of the content that was asked for.
 */
export async function openUntitled(content: string, language = 'sql'): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  if (document.getText() === content) return document;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), content);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.uri} could not be written`);
  return document;
}
