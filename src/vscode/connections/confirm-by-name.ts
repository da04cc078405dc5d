import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';

/** On a production cluster the name of what is to be dropped has to be typed; elsewhere nothing more is asked. */
export async function confirmByName(profile: ConnectionProfile, name: string): Promise<boolean> {
  if (profile.environment !== 'production') return true;
  const { l10n } = vscode;
  const typed = await vscode.window.showInputBox({
    title: l10n.t('{0} is a production cluster', profile.name),
    prompt: l10n.t('Type {0} to drop it', name),
    ignoreFocusOut: true,
    validateInput: value => (value === name ? undefined : l10n.t('This is not its name yet')),
  });
  return typed === name;
}
