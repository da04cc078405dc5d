import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { freeName } from '../../core/connections/profile-settings';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { WorkshopServices } from '../ports';
import { activeSqlEditor } from '../sql-editor/sql-documents';
import { namedProfile } from './named-profile';
import { pickProfile, type Choice } from './pick-profile';
import type { ProfileSettings } from './profile-settings';
import type { TargetState } from './target-state';
import type { WindowConnections } from './window-connections';
import { askConnection } from './wizard/connection-wizard';
import type { Draft } from './wizard/draft';
import { askInDialog } from '../webviews/focused-view';

export interface ConnectionCommandContext {
  connections: WindowConnections;
  settings: ProfileSettings;
  state: TargetState;
  services: WorkshopServices;
  errors: ErrorReporter;
}

/**
 * Choosing, adding and changing connections. Commands about one connection take its id, or a tree item with a `profileId`; without one
 * they ask.
 */
export function connectionCommands({ connections, settings, state, services, errors }: ConnectionCommandContext) {
  const { l10n } = vscode;
  const pick = (title: string, more: Partial<Parameters<typeof pickProfile>[1]> = {}) =>
    pickProfile(connections.profiles, {
      title,
      selectedId: connections.current.id,
      problems: settings.problems,
      ...more,
    });
  /** The profile that is meant, of those that can be edited. */
  const chosen = async (argument: unknown, title: string): Promise<ConnectionProfile | undefined> => {
    const named = namedProfile(connections, argument);
    if (named) return named.kind === 'aws' ? stored(settings, named.id) : undefined;
    const own = settings.profiles.filter(profile => profile.kind === 'aws');
    if (own.length === 0) {
      void vscode.window.showInformationMessage(l10n.t('There is no connection but the local cluster yet.'));
      return undefined;
    }
    const choice = await pickProfile(own, { title });
    return choice?.kind === 'profile' ? choice.profile : undefined;
  };
  const ask = (title: string, draft: Draft, id?: string) =>
    askConnection(title, draft, {
      others: settings.profiles.filter(profile => profile.id !== id),
      awsProfiles: () => services.awsProfiles(),
    });

  const add = async (draft: Draft = {}): Promise<ConnectionProfile | undefined> => {
    const answers = await ask(l10n.t('Add Connection'), draft);
    if (!answers) return undefined;
    const profile: ConnectionProfile = { ...answers, id: freeId(answers.name, settings) };
    await settings.save(profile);
    state.setCurrent(profile.id);
    errors.inBackground(offerCheck(profile));
    return profile;
  };
  const edit = async (profile: ConnectionProfile): Promise<void> => {
    const answers = await ask(l10n.t('Edit Connection'), { ...profile }, profile.id);
    if (!answers) return;
    // what was answered now counts, not a switch that was turned before
    state.clearReadOnly(profile.id);
    await settings.save({ ...answers, id: profile.id });
  };
  const remove = async (profile: ConnectionProfile): Promise<void> => {
    const yes = l10n.t('Remove');
    const question = l10n.t('Remove the connection "{0}"? The cluster itself is left alone.', profile.name);
    if ((await askInDialog(question, {}, yes)) !== yes) return;
    await settings.remove(profile.id);
    state.forget(profile.id);
  };
  /** What every list offers beside the choice itself. */
  const manage = async (choice: Choice): Promise<ConnectionProfile | undefined> => {
    if (choice.kind === 'add') return add();
    if (choice.kind === 'problem') await openSettings();
    if (choice.kind === 'edit') {
      const profile = stored(settings, choice.profile.id);
      if (profile) await edit(profile);
    }
    if (choice.kind === 'remove') await remove(choice.profile);
    return undefined;
  };

  return {
    [COMMANDS.selectConnection]: async (argument?: unknown) => {
      const named = namedProfile(connections, argument);
      if (named) return state.setCurrent(named.id);
      const choice = await pick(l10n.t('Connection of this window'), { manage: true });
      if (choice?.kind === 'profile') state.setCurrent(choice.profile.id);
      else if (choice) await manage(choice);
    },
    [COMMANDS.selectDocumentConnection]: async () => {
      const document = activeSqlEditor()?.document;
      if (!document) {
        void vscode.window.showInformationMessage(l10n.t('Open an SQL document first.'));
        return;
      }
      const uri = document.uri.toString();
      const choice = await pick(l10n.t('Connection of this document'), {
        selectedId: connections.profileFor(document.uri).id,
        manage: true,
        follow: state.document(uri) !== undefined,
      });
      if (choice?.kind === 'follow') state.setDocument(uri, undefined);
      else if (choice?.kind === 'profile') state.setDocument(uri, choice.profile.id);
      else if (choice) {
        const added = await manage(choice);
        if (added) state.setDocument(uri, added.id);
      }
    },
    [COMMANDS.addConnection]: () => add(),
    [COMMANDS.editConnection]: async (argument?: unknown) => {
      const profile = await chosen(argument, l10n.t('Edit Connection'));
      if (profile) await edit(profile);
    },
    [COMMANDS.duplicateConnection]: async (argument?: unknown) => {
      const profile = await chosen(argument, l10n.t('Duplicate Connection'));
      if (!profile) return;
      await add({ ...profile, id: undefined, name: freeName(profile.name, settings.profiles) });
    },
    [COMMANDS.removeConnection]: async (argument?: unknown) => {
      const profile = await chosen(argument, l10n.t('Remove Connection'));
      if (profile) await remove(profile);
    },
    [COMMANDS.toggleReadOnly]: async (argument?: unknown) => {
      const document = activeSqlEditor()?.document;
      const profile = namedProfile(connections, argument) ?? connections.profileFor(document?.uri);
      if (profile.readOnly && profile.environment === 'production') {
        const yes = l10n.t('Allow Writes');
        const question = l10n.t('Allow writes to "{0}"? It is a production cluster.', profile.name);
        if ((await askInDialog(question, {}, yes)) !== yes) return;
      }
      state.setReadOnly(profile.id, !profile.readOnly);
    },
  };
}

/** The profile as the settings have it, without this workspace's switches. */
const stored = (settings: ProfileSettings, id: string): ConnectionProfile | undefined =>
  settings.profiles.find(profile => profile.id === id);

/** The name makes the id, so that the settings stay short, unless a renamed connection has that id. */
export function freeId(name: string, settings: Pick<ProfileSettings, 'profiles'>): string {
  const id = `name:${name}`;
  return settings.profiles.some(profile => profile.id === id) ? crypto.randomUUID() : id;
}

async function offerCheck(profile: ConnectionProfile): Promise<void> {
  const examine = vscode.l10n.t('Examine');
  const text = vscode.l10n.t('"{0}" is now the connection of this window.', profile.name);
  if ((await vscode.window.showInformationMessage(text, examine)) === examine)
    await vscode.commands.executeCommand(COMMANDS.examineConnection, profile.id);
}

const openSettings = (): Thenable<unknown> =>
  vscode.commands.executeCommand('workbench.action.openSettingsJson', {
    revealSetting: { key: `${SETTINGS_SECTION}.${SETTINGS.connections}`, edit: true },
  });
