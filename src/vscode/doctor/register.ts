import * as vscode from 'vscode';
import { LOCAL_PROFILE_ID, type ConnectionProfile } from '../../core/connections/connection-profile';
import type { LocalCluster } from '../cluster/local-cluster';
import type { Connections } from '../connections/connections';
import { namedProfile } from '../connections/named-profile';
import { COMMANDS, PANELS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { WorkshopServices } from '../ports';
import { DoctorPanel, type DoctorPanelContext } from './doctor-panel';

export interface DoctorContext {
  services: Pick<WorkshopServices, 'examineProfile'>;
  connections: Connections;
  cluster: LocalCluster;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
}

/** The connection doctor: its command, and its panels, one for each profile. */
export function createDoctor({ services, connections, cluster, errors, extensionUri }: DoctorContext): {
  handlers: { [COMMANDS.examineConnection]: (argument?: unknown) => Promise<void> };
  disposable: vscode.Disposable;
} {
  const panels = new Map<string, DoctorPanel>();
  const context: DoctorPanelContext = {
    extensionUri,
    errors,
    profile: id => connections.profile(id),
    examine: (profile, signal) => services.examineProfile(profile, () => cluster.ensureRunning(signal), signal),
  };
  const adopt = (panel: vscode.WebviewPanel, profile: ConnectionProfile): void => {
    panels.set(profile.id, new DoctorPanel(panel, profile, context));
    panel.onDidDispose(() => panels.delete(profile.id));
  };
  const show = async (argument?: unknown): Promise<void> => {
    const profile = namedProfile(connections, argument) ?? (await connections.pick(vscode.l10n.t('Which connection?')));
    if (!profile) return;
    const open = panels.get(profile.id);
    if (open) {
      open.panel.reveal();
      await open.run();
      return;
    }
    const column = vscode.ViewColumn.Active;
    adopt(
      vscode.window.createWebviewPanel(PANELS.doctor, 'DSQL Workshop', column, { enableFindWidget: true }),
      profile,
    );
  };
  const serializer: vscode.WebviewPanelSerializer = {
    deserializeWebviewPanel: (panel, state) => {
      const profile = namedProfile(connections, state) ?? connections.profile(LOCAL_PROFILE_ID);
      if (!profile || panels.has(profile.id)) panel.dispose();
      else adopt(panel, profile);
      return Promise.resolve();
    },
  };
  return {
    handlers: { [COMMANDS.examineConnection]: show },
    disposable: vscode.window.registerWebviewPanelSerializer(PANELS.doctor, serializer),
  };
}
