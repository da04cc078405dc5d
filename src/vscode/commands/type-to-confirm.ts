import * as vscode from 'vscode';

/** Asks to type what is to go for good. `notYet`: said until it stands there. @returns whether it was typed */
export async function typeToConfirm(
  wanted: string,
  { title, prompt, notYet }: { title: string; prompt: string; notYet?: string },
): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: value => (value === wanted ? undefined : (notYet ?? vscode.l10n.t('This is not its name yet'))),
  });
  return typed === wanted;
}
