import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { accessName, environmentName } from '../connections/presentation';
import type { ClusterNode } from './nodes';

const SCHEME = 'dsql-cluster';

/** A cluster: what it is by its icon, where it stands by the colour, and the current one by a mark. */
export function clusterItem(node: ClusterNode): vscode.TreeItem {
  const { l10n } = vscode;
  const { profile, current, reachable, profileId } = node;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    profile.name,
    current && reachable && profile.kind === 'local' ? Expanded : Collapsed,
  );
  item.id = node.id;
  item.resourceUri = vscode.Uri.from({
    scheme: SCHEME,
    path: `/${encodeURIComponent(profileId)}`,
    query: profile.environment,
  });
  item.iconPath = new vscode.ThemeIcon(iconOf(profile, reachable), colorOf(profile));
  item.description = [
    current && `● ${l10n.t('current')}`,
    !reachable && l10n.t('not running'),
    profile.kind === 'aws' && profile.region,
    profile.user !== 'admin' && profile.user,
    profile.readOnly && accessName(profile),
  ]
    .filter(Boolean)
    .join(' · ');
  const environment = environmentName(profile);
  item.tooltip = [
    profile.name,
    environment,
    profile.host,
    l10n.t('user {0}', profile.user),
    profile.readOnly && l10n.t('Statements that change something are refused.'),
  ]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = { label: [profile.name, environment, item.description].filter(Boolean).join(', ') };
  item.contextValue = ['cluster', profile.kind, current && 'current', reachable && 'reachable']
    .filter(Boolean)
    .join('.');
  return item;
}

const iconOf = ({ kind }: ConnectionProfile, reachable: boolean): string =>
  kind === 'aws' ? 'cloud' : reachable ? 'vm-running' : 'vm-outline';

function colorOf({ environment }: ConnectionProfile): vscode.ThemeColor | undefined {
  if (environment === 'production') return new vscode.ThemeColor('charts.red');
  return environment === 'test' ? new vscode.ThemeColor('charts.yellow') : undefined;
}

/** Colours the names of production clusters and marks them with a letter, for those who do not see the colour. */
export function registerClusterColours(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: uri =>
      uri.scheme === SCHEME && uri.query === 'production'
        ? new vscode.FileDecoration('P', vscode.l10n.t('production'), new vscode.ThemeColor('charts.red'))
        : undefined,
  });
}
