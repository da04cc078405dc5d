import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { WindowRun } from '../../core/stress-view/window-run';
import type { LocalCluster } from '../cluster/local-cluster';
import type { Connections } from '../connections/connections';
import { COMMANDS } from '../contributions';
import type { WorkshopServices } from '../ports';
import { inProgress } from './in-progress';
import { askInDialog } from '../webviews/focused-view';

export interface ClusterCommandContext {
  cluster: LocalCluster;
  services: WorkshopServices;
  connections: Pick<Connections, 'profiles'>;
  stressRun: Pick<WindowRun, 'live' | 'end'>;
  /** Asks where the cluster of that profile would take open transactions with it. */
  mayEnd(profileId: string): Promise<boolean>;
  log: vscode.LogOutputChannel;
}

/** Start, stop, and the settings for other programs. */
export function clusterCommands(context: ClusterCommandContext) {
  const { cluster, services, log } = context;
  const start = () =>
    inProgress(vscode.l10n.t('Starting the local cluster…'), (_, signal) => cluster.ensureRunning(signal));
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
      const local = context.connections.profiles.find(({ kind }) => kind === 'local');
      if (local && !(await context.mayEnd(local.id))) return;
      if (!(await mayEndElsewhere(context))) return;
      if (await endLocalRun(context, local)) await cluster.stop();
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

/** Whether runs of other windows and of terminals may lose this cluster: nobody can stop them from here. */
async function mayEndElsewhere({ cluster: { state }, services }: ClusterCommandContext): Promise<boolean> {
  const [name] = state.name === 'running' ? await services.stressRunsElsewhere(state.info) : [];
  if (name === undefined) return true;
  const stop = vscode.l10n.t('Stop Cluster');
  const question = vscode.l10n.t(
    'The stress run “{0}” of another window or a terminal is under way on this cluster. Stop the cluster?',
    name,
  );
  const detail = vscode.l10n.t(
    'Without the cluster that run fails, and nobody counts its balances. Stop it there first to keep what it has.',
  );
  return (await askInDialog(question, { detail }, stop)) === stop;
}

/**
 * A stress run that loses its cluster fails, and nobody counts its money: it is stopped first, if the user agrees.
 * @returns whether no run is under way on the local cluster any more.
 */
async function endLocalRun(
  { stressRun }: ClusterCommandContext,
  local: ConnectionProfile | undefined,
): Promise<boolean> {
  const { live } = stressRun;
  if (!live || live.targetName !== local?.name) return true;
  const stop = vscode.l10n.t('Stop Both');
  const question = vscode.l10n.t('The stress run “{0}” is under way on the local cluster. Stop both?', live.name);
  const detail = vscode.l10n.t('The run ends with what it has, its balances are counted, then the cluster stops.');
  if ((await askInDialog(question, { detail }, stop)) !== stop) return false;
  return inProgress(vscode.l10n.t('Stopping the stress run…'), async (_, signal) => {
    await stressRun.end(signal);
    return !signal.aborted;
  });
}
