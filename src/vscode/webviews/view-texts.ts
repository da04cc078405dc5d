import * as vscode from 'vscode';

/** Puts a text of a view on the clipboard, and says so. */
export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2_000);
}

/** Opens SQL of a view as an untitled document beside it. */
export async function openSqlBeside(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}
