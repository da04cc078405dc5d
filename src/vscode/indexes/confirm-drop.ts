import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';

/** Asks before indexes are dropped; on production one's name has to be typed. */
export async function confirmDrop(profile: ConnectionProfile, names: readonly string[]): Promise<boolean> {
  const { l10n } = vscode;
  const drop = l10n.t('Drop');
  const question =
    names.length === 1
      ? l10n.t('Drop the index “{0}” on {1}?', names[0] ?? '', profile.name)
      : l10n.t('Drop {0} indexes on {1}?', names.length, profile.name);
  const detail = [...names.slice(0, 20), ...(names.length > 20 ? ['…'] : []), '', l10n.t('There is no undo.')].join(
    '\n',
  );
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, drop)) !== drop) return false;
  if (profile.environment !== 'production') return true;
  const name = names[0] ?? '';
  const typed = await vscode.window.showInputBox({
    title: l10n.t('{0} is a production cluster', profile.name),
    prompt: l10n.t('Type {0} to drop it', name),
    ignoreFocusOut: true,
    validateInput: value => (value === name ? undefined : l10n.t('This is not its name yet')),
  });
  return typed === name;
}
