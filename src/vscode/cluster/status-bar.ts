import * as vscode from 'vscode';
import { describeError } from '../../base/errors';
import { COMMANDS, CONTEXTS, STATUS_BAR_ID } from '../contributions';
import type { ClusterState, LocalCluster } from './local-cluster';

/** Where the local cluster is, as one item on the left; a click opens the menu. Sets the context key for `when` clauses as well. */
export class ClusterStatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(STATUS_BAR_ID, vscode.StatusBarAlignment.Left, 50);
  private readonly subscription: { dispose(): void };

  constructor(cluster: LocalCluster) {
    this.item.name = vscode.l10n.t('DSQL Workshop: local cluster');
    this.item.command = COMMANDS.showMenu;
    this.subscription = cluster.onDidChange(state => this.show(state));
    this.show(cluster.state);
    this.item.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private show(state: ClusterState): void {
    const { text, tooltip } = describeState(state);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `DSQL Workshop, ${tooltip}`, role: 'button' };
    void vscode.commands.executeCommand('setContext', CONTEXTS.clusterState, state.name);
  }
}

/** Label and tooltip of a state. The keys of the cluster never appear. */
function describeState(state: ClusterState): { text: string; tooltip: string } {
  switch (state.name) {
    case 'stopped':
      return { text: '$(database) DSQL: stopped', tooltip: vscode.l10n.t('local cluster stopped') };
    case 'starting':
      return { text: '$(loading~spin) DSQL: starting', tooltip: vscode.l10n.t('local cluster starting') };
    case 'running': {
      const { endpoint, port } = state.info;
      return {
        text: `$(database) DSQL: ${endpoint}:${port}`,
        tooltip: state.shared
          ? vscode.l10n.t('local cluster running on {0}:{1}, started elsewhere', endpoint, String(port))
          : vscode.l10n.t('local cluster running on {0}:{1}', endpoint, String(port)),
      };
    }
    case 'stopping':
      return { text: '$(loading~spin) DSQL: stopping', tooltip: vscode.l10n.t('local cluster stopping') };
    case 'failed':
      return {
        text: '$(error) DSQL: failed',
        tooltip: vscode.l10n.t('local cluster failed: {0}', describeError(state.error)),
      };
  }
}
