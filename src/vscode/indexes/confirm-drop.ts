import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { confirmByName } from '../connections/confirm-by-name';
import { askInDialog } from '../webviews/focused-view';

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
  if ((await askInDialog(question, { detail }, drop)) !== drop) return false;
  return confirmByName(profile, names[0] ?? '');
}
