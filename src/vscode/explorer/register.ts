import * as vscode from 'vscode';
import { JobWaiting } from '../commands/job-waiting';
import type { Connections } from '../connections/connections';
import { VIEWS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { Results } from '../results/results';
import { ExplorerChildren } from './children';
import { registerClusterColours } from './cluster-item';
import { explorerCommands } from './commands';
import { JobFollower } from './job-follower';
import { ExplorerProvider } from './provider';

export interface ExplorerContext {
  connections: Connections;
  results: Results;
  errors: ErrorReporter;
}

/** A script of many statements changes the catalogue many times: the tree is read again once. */
const QUIET_MS = 300;

/** The tree of clusters, its commands, and what keeps it up to date. */
export function createExplorer({ connections, results, errors }: ExplorerContext) {
  const children: ExplorerChildren = new ExplorerChildren(connections, () => follower);
  const provider = new ExplorerProvider(children, errors);
  const view = vscode.window.createTreeView(VIEWS.explorer, { treeDataProvider: provider, showCollapseAll: true });
  const follower: JobFollower = new JobFollower({
    jobs: profileId => children.reader(profileId).jobs(),
    isVisible: () => view.visible,
  });
  const stale = new Map<string, NodeJS.Timeout>();
  const refreshSoon = (profileId: string): void => {
    clearTimeout(stale.get(profileId));
    stale.set(
      profileId,
      setTimeout(() => {
        stale.delete(profileId);
        provider.refreshCluster(profileId);
      }, QUIET_MS),
    );
  };
  const subscriptions: { dispose(): void }[] = [
    view,
    provider,
    follower,
    registerClusterColours(),
    view.onDidChangeVisibility(() => follower.resume()),
    connections.onDidChange(() => provider.refresh()),
    connections.onDidChangeCatalog(({ profileId }) => refreshSoon(profileId)),
    follower.onDidLook(({ profileId }) => provider.refreshJobs(profileId)),
    follower.onDidEnd(({ profileId }) => connections.catalogChanged(profileId)),
    {
      dispose: () => {
        for (const timer of stale.values()) clearTimeout(timer);
      },
    },
  ];
  return {
    handlers: explorerCommands({
      connections,
      results,
      provider,
      children,
      jobs: new JobWaiting(connections, errors),
      selected: () => view.selection[0],
    }),
    disposable: vscode.Disposable.from(...subscriptions),
  };
}
