import * as vscode from 'vscode';
import type { LocalCluster } from '../cluster/local-cluster';
import { COMMANDS } from '../contributions';
import type { WorkshopServices } from '../ports';
import { abortSignalOf } from './cancellation';

export interface ClusterCommandContext {
  cluster: LocalCluster;
  services: WorkshopServices;
  log: vscode.LogOutputChannel;
}

/** Start, stop, and the settings for other programs. */
export function clusterCommands({ cluster, services, log }: ClusterCommandContext) {
  const start = () =>
    vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Starting the local cluster…'),
        cancellable: true,
      },
      (_, token) => cluster.ensureRunning(abortSignalOf(token)),
    );
  return {
    [COMMANDS.startLocalCluster]: start,
    [COMMANDS.stopLocalCluster]: async () => {
      if (cluster.state.name === 'running' && cluster.state.shared) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t(
            'This cluster was started elsewhere (process {0}). It is stopped there.',
            cluster.state.info.pid,
          ),
        );
        return;
      }
      await cluster.stop();
    },
    [COMMANDS.copyConnectionSettings]: async () => {
      const info = await start();
      await vscode.env.clipboard.writeText(await services.connectionSettings(info));
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'Copied the environment for psql and the AWS SDK. Paste it into a terminal; the token in it is valid for 12 hours.',
        ),
      );
    },
    [COMMANDS.showLog]: () => log.show(),
  };
}
