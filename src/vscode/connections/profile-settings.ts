import * as vscode from 'vscode';
import type { CodedError } from '../../base/errors';
import { Emitter } from '../../base/events';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { localProfile } from '../../core/connections/local-profile';
import {
  CONNECTIONS_SETTING,
  entryId,
  readConnectionProfiles,
  withProfile,
} from '../../core/connections/profile-settings';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';

/** One settings file and what it says. */
interface Scope {
  target: vscode.ConfigurationTarget;
  value: unknown;
  /** For errors. */
  name: string;
}

/**
 * The profiles of the settings, the local cluster first, then the user's, then the workspace's. The workspace's count in trusted
 * workspaces only: a foreign folder must not choose where statements go.
 */
export class ProfileSettings implements vscode.Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private read: { profiles: ConnectionProfile[]; problems: CodedError[] };

  constructor() {
    this.read = readAll();
    const reread = (): void => {
      this.read = readAll();
      this.changed.fire();
    };
    this.subscriptions = [
      vscode.workspace.onDidChangeConfiguration(
        event => event.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.connections}`) && reread(),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(reread),
    ];
  }

  get profiles(): readonly ConnectionProfile[] {
    return this.read.profiles;
  }

  /** What is wrong with entries that are left out. */
  get problems(): readonly CodedError[] {
    return this.read.problems;
  }

  /** Writes a profile over its former entry, wherever that is, or as a new one into the user's settings. */
  async save(profile: ConnectionProfile): Promise<void> {
    const scope = scopeOf(profile.id) ?? scopes().find(({ target }) => target === vscode.ConfigurationTarget.Global);
    const [malformed] = Array.isArray(scope?.value)
      ? []
      : readConnectionProfiles(scope?.value, [], scope?.name).problems;
    // what somebody wrote by hand is not written over, however wrong it is
    if (malformed) throw malformed;
    await write(withProfile(listOf(scope?.value), profile), scope?.target ?? vscode.ConfigurationTarget.Global);
  }

  async remove(profileId: string): Promise<void> {
    const scope = scopeOf(profileId);
    if (!scope) return;
    const left = listOf(scope.value).filter(entry => entryId(entry) !== profileId);
    await write(left.length > 0 ? left : undefined, scope.target);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function scopes(): Scope[] {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect<unknown>(SETTINGS.connections);
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const user = { target: Global, value: found?.globalValue, name: CONNECTIONS_SETTING };
  if (!vscode.workspace.isTrusted) return [user];
  const name = vscode.l10n.t('{0} of the workspace', CONNECTIONS_SETTING);
  return [user, { target: Workspace, value: found?.workspaceValue, name }];
}

function readAll(): { profiles: ConnectionProfile[]; problems: CodedError[] } {
  const profiles = [localProfile(vscode.l10n.t('Local cluster'))];
  const problems: CodedError[] = [];
  for (const scope of scopes()) {
    const read = readConnectionProfiles(scope.value, profiles, scope.name);
    profiles.push(...read.profiles);
    problems.push(...read.problems);
  }
  return { profiles, problems };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? [...(value as unknown[])] : []);

const scopeOf = (profileId: string): Scope | undefined =>
  scopes().find(scope => listOf(scope.value).some(entry => entryId(entry) === profileId));

async function write(entries: unknown[] | undefined, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration(SETTINGS_SECTION).update(SETTINGS.connections, entries, target);
}
