import * as vscode from 'vscode';
import type { LocalCluster } from '../cluster/local-cluster';
import type { WorkshopServices } from '../ports';
import { ProfileSettings } from './profile-settings';
import { TargetState } from './target-state';
import { WindowConnections } from './window-connections';

export interface ConnectionsContext {
  services: WorkshopServices;
  cluster: LocalCluster;
  workspaceState: vscode.Memento;
}

/** The window's connections with everything around them. `close` ends what is open; dispose the rest with the extension. */
export function createConnections({ services, cluster, workspaceState }: ConnectionsContext): {
  connections: WindowConnections;
  disposable: vscode.Disposable;
} {
  const settings = new ProfileSettings();
  const state = new TargetState(workspaceState);
  const connections = new WindowConnections({ services, cluster, settings, state });
  return { connections, disposable: vscode.Disposable.from(settings) };
}
