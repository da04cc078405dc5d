import * as vscode from 'vscode';
import type { LocalCluster } from '../cluster/local-cluster';
import { COMMANDS, type CommandId } from '../contributions';

interface MenuItem extends vscode.QuickPickItem {
  command: CommandId;
}

/** The menu behind the status bar item: what makes sense in the cluster's present state. */
export async function showMenu(cluster: LocalCluster): Promise<void> {
  const picked = await vscode.window.showQuickPick(menuItems(cluster), { placeHolder: 'DSQL Workshop' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}

function menuItems(cluster: LocalCluster): MenuItem[] {
  const { l10n } = vscode;
  const { name } = cluster.state;
  const active = name === 'running' || name === 'starting';
  return [
    { label: `$(play) ${l10n.t('Run Chapter…')}`, command: COMMANDS.runChapter },
    { label: `$(book) ${l10n.t('Open Chapter…')}`, command: COMMANDS.openChapter },
    active
      ? { label: `$(debug-stop) ${l10n.t('Stop Local Cluster')}`, command: COMMANDS.stopLocalCluster }
      : { label: `$(debug-start) ${l10n.t('Start Local Cluster')}`, command: COMMANDS.startLocalCluster },
    { label: `$(plug) ${l10n.t('Select Connection…')}`, command: COMMANDS.selectConnection },
    { label: `$(copy) ${l10n.t('Copy Connection Settings')}`, command: COMMANDS.copyConnectionSettings },
    { label: `$(output) ${l10n.t('Show Log')}`, command: COMMANDS.showLog },
  ];
}
