import * as vscode from 'vscode';
import type { CodedError } from '../../base/errors';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { accessName, addressName, environmentName, profileIcon } from './presentation';

/** What was chosen in a list of profiles. */
export type Choice =
  | { kind: 'profile' | 'edit' | 'remove'; profile: ConnectionProfile }
  | { kind: 'add' }
  /** The document is to follow the window again. */
  | { kind: 'follow' }
  | { kind: 'problem' };

export interface PickOptions {
  title: string;
  selectedId?: string;
  /** Offers adding, editing and removing. */
  manage?: boolean;
  /** Offers to follow the window's connection. */
  follow?: boolean;
  /** Entries of the settings that are left out. */
  problems?: readonly CodedError[];
}

interface Item extends vscode.QuickPickItem {
  choice?: Choice;
}

/** Asks for one of the profiles; the selected one is marked and active. */
export function pickProfile(profiles: readonly ConnectionProfile[], options: PickOptions): Promise<Choice | undefined> {
  const edit = { iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Edit Connection…') };
  const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove Connection…') };
  const items: Item[] = profiles.map(profile => ({
    label: `${profileIcon(profile)} ${profile.name}`,
    description: describe(profile, profile.id === options.selectedId),
    detail: addressName(profile),
    buttons: options.manage && profile.kind === 'aws' ? [edit, remove] : [],
    choice: { kind: 'profile', profile },
  }));
  const selected = items.find((_, index) => profiles[index]?.id === options.selectedId);
  if (options.follow)
    items.unshift({ label: `$(link) ${vscode.l10n.t("Follow the window's connection")}`, choice: { kind: 'follow' } });
  if (options.manage) {
    items.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
    items.push({ label: `$(add) ${vscode.l10n.t('Add Connection…')}`, choice: { kind: 'add' } });
    for (const problem of options.problems ?? [])
      items.push({ label: `$(warning) ${problem.message}`, detail: problem.nextStep, choice: { kind: 'problem' } });
  }
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = options.title;
  pick.placeholder = vscode.l10n.t('Connection');
  pick.matchOnDescription = pick.matchOnDetail = true;
  pick.items = items;
  if (selected) pick.activeItems = [selected];
  return new Promise(resolve => {
    const end = (choice: Choice | undefined): void => {
      resolve(choice);
      pick.hide();
    };
    pick.onDidAccept(() => end(pick.selectedItems[0]?.choice));
    pick.onDidTriggerItemButton(({ item, button }) => {
      if (item.choice?.kind === 'profile')
        end({ kind: button === edit ? 'edit' : 'remove', profile: item.choice.profile });
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function describe(profile: ConnectionProfile, selected: boolean): string {
  const marks = [environmentName(profile), profile.readOnly ? accessName(profile) : ''];
  return [selected ? vscode.l10n.t('current') : '', ...marks].filter(Boolean).join(' · ');
}
