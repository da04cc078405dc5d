import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { namedProfile } from '../connections/named-profile';
import { COMMANDS, PANELS } from '../contributions';
import { CostPanel, type CostPanelContext } from './cost-panel';

/** What clusters cost: its command, and its panels, one for each profile. */
export function createCost(context: CostPanelContext) {
  const { connections } = context;
  const panels = new Map<string, CostPanel>();
  const adopt = (panel: vscode.WebviewPanel, profile: ConnectionProfile): void => {
    panels.set(profile.id, new CostPanel(panel, profile, context));
    panel.onDidDispose(() => panels.delete(profile.id));
  };
  return {
    commands: {
      [COMMANDS.showCost]: (argument?: unknown): void => {
        const profile = namedProfile(connections, argument) ?? connections.current;
        const open = panels.get(profile.id);
        if (open) open.panel.reveal();
        else adopt(vscode.window.createWebviewPanel(PANELS.cost, 'DSQL Cost', vscode.ViewColumn.Active, {}), profile);
      },
    },
    disposable: vscode.window.registerWebviewPanelSerializer(PANELS.cost, {
      deserializeWebviewPanel: (panel, state) => {
        const profile = namedProfile(connections, state);
        if (!profile || panels.has(profile.id)) panel.dispose();
        else adopt(panel, profile);
        return Promise.resolve();
      },
    }),
  };
}
