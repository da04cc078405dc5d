import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { typeToConfirm } from '../commands/type-to-confirm';

/** On a production cluster the name of what is to be dropped has to be typed; elsewhere nothing more is asked. */
export async function confirmByName(
  profile: ConnectionProfile,
  name: string,
  prompt = vscode.l10n.t('Type {0} to drop it', name),
): Promise<boolean> {
  if (profile.environment !== 'production') return true;
  return typeToConfirm(name, { title: vscode.l10n.t('{0} is a production cluster', profile.name), prompt });
}
