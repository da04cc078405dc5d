import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';

interface ProfileItem extends vscode.QuickPickItem {
  profile: ConnectionProfile;
}

/** Asks for one of the profiles; the selected one is marked. */
export async function pickProfile(
  profiles: readonly ConnectionProfile[],
  { title, selectedId }: { title: string; selectedId?: string },
): Promise<ConnectionProfile | undefined> {
  const items = profiles.map(profile => profileItem(profile, profile.id === selectedId));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Connection'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.profile;
}

/** One line of a profile list: name, who and where, and what to beware of. */
export function profileItem(profile: ConnectionProfile, selected: boolean): ProfileItem {
  const icon = profile.environment === 'production' ? '$(flame)' : profile.kind === 'local' ? '$(vm)' : '$(cloud)';
  const marks = [
    selected ? vscode.l10n.t('current') : '',
    profile.readOnly ? vscode.l10n.t('read-only') : '',
    profile.environment === 'production' ? vscode.l10n.t('production') : '',
  ].filter(Boolean);
  return {
    label: `${icon} ${profile.name}`,
    description: marks.join(' · '),
    detail: profile.kind === 'local' ? undefined : `${profile.user}@${profile.host}`,
    profile,
  };
}
