import * as vscode from 'vscode';
import type { LocalCluster } from '../cluster/local-cluster';
import type { ErrorReporter } from '../errors';
import type { WorkshopServices } from '../ports';
import { connectionCommands } from './connection-commands';
import { ConnectionStatus } from './connection-status';
import { ProfileSettings } from './profile-settings';
import { TargetState } from './target-state';
import { WindowConnections } from './window-connections';

export interface ConnectionsContext {
  services: WorkshopServices;
  cluster: LocalCluster;
  errors: ErrorReporter;
  workspaceState: vscode.Memento;
}

/**
 * The window's connections with everything around them: settings, switches, status bar, commands. `connections.close` ends what is open;
 * dispose the rest with the extension.
 */
export function createConnections({ services, cluster, errors, workspaceState }: ConnectionsContext) {
  const settings = new ProfileSettings();
  const state = new TargetState(workspaceState, error => errors.write(error));
  const connections = new WindowConnections({ services, cluster, settings, state });
  const status = new ConnectionStatus(connections, state);
  const report = (): void => {
    for (const problem of settings.problems) errors.write(problem);
  };
  report();
  const reporting = settings.onDidChange(report);
  return {
    connections,
    settings,
    commands: connectionCommands({ connections, settings, state, services, errors }),
    disposable: vscode.Disposable.from(status, reporting, settings),
  };
}
