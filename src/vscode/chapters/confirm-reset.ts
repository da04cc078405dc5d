import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { askInDialog } from '../webviews/focused-view';

/** Asks before what steps made is dropped, and says where. `title`: the chapter, or the step to which it is undone. */
export async function confirmReset(title: string, target: ConnectionProfile): Promise<boolean> {
  const reset = vscode.l10n.t('Reset');
  const where =
    target.kind === 'aws'
      ? vscode.l10n.t('On “{0}” in AWS what its steps made is dropped, last step first: {1}', target.name, target.host)
      : vscode.l10n.t('What its steps made is dropped, last step first.');
  const answer = await askInDialog(vscode.l10n.t('Reset {0}?', title), { detail: where }, reset);
  return answer === reset;
}
