import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { namedProfile } from '../connections/named-profile';
import { COMMANDS } from '../contributions';
import { createCluster, deleteCluster, findClusters, type ClusterControlContext } from './control';

/** Commands that create, find and delete clusters of AWS. Deleting takes a connection's id or a tree item with a `profileId`. */
export function clusterControlCommands(context: ClusterControlContext) {
  const { l10n } = vscode;
  const meant = async (argument: unknown): Promise<ConnectionProfile | undefined> => {
    const named = namedProfile(context.connections, argument);
    if (named) return named.kind === 'aws' ? named : undefined;
    const clusters = context.connections.profiles.filter(({ kind }) => kind === 'aws');
    if (clusters.length === 0) {
      void vscode.window.showInformationMessage(l10n.t('There is no connection to a cluster of AWS.'));
      return undefined;
    }
    const chosen = await vscode.window.showQuickPick(
      clusters.map(profile => ({ label: profile.name, description: profile.host, profile })),
      { title: l10n.t('Delete Cluster'), placeHolder: l10n.t('Whose cluster is to be deleted for good?') },
    );
    return chosen?.profile;
  };
  return {
    [COMMANDS.createCluster]: () => createCluster(context),
    [COMMANDS.findClusters]: () => findClusters(context),
    [COMMANDS.deleteCluster]: async (argument?: unknown) => {
      const profile = await meant(argument);
      if (profile) await deleteCluster(context, profile);
    },
  };
}
