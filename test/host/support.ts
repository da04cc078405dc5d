import * as vscode from 'vscode';

/** The extension under test. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('dsql-workshop.dsql-workshop');
  if (!found) throw new Error('the extension is not installed in this VS Code');
  return found;
}

/** Waits for a condition; fails with its name. */
export async function until(what: string, holds: () => unknown, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
