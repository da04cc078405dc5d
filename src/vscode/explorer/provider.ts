import * as vscode from 'vscode';
import type { ErrorReporter } from '../errors';
import type { ExplorerChildren } from './children';
import { treeItem } from './items';
import type { ExplorerNode } from './nodes';

/** The tree for VS Code. Children are loaded when a node is opened; nothing is kept here but what VS Code needs to refresh a node. */
export class ExplorerProvider implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ExplorerNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** Nodes as VS Code has them, by id: a refresh has to name the very same object. */
  private readonly shown = new Map<string, ExplorerNode>();

  constructor(
    private readonly children: ExplorerChildren,
    private readonly errors: ErrorReporter,
  ) {}

  getTreeItem(node: ExplorerNode): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: ExplorerNode): Promise<ExplorerNode[]> {
    const nodes = node ? await this.children.of(node) : this.children.roots();
    for (const each of nodes) {
      if (each.kind === 'failure') this.errors.write(each.error);
      if (each.kind === 'cluster' || each.kind === 'jobs') this.shown.set(each.id, each);
    }
    return nodes;
  }

  /** Reads a node's children again, or the whole tree's. */
  refresh(node?: ExplorerNode): void {
    this.changed.fire(node);
  }

  refreshCluster(profileId: string): void {
    const node = this.shown.get(`cluster/${profileId}`);
    if (node) this.changed.fire(node);
  }

  refreshJobs(profileId: string): void {
    const node = this.shown.get(`cluster/${profileId}/jobs`);
    if (node) this.changed.fire(node);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
