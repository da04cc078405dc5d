import * as vscode from 'vscode';
import { functionMissing } from '../../../core/lambda/errors';
import { isRead } from '../../../core/lambda/overview';
import { CONTEXTS } from '../../contributions';
import type { ErrorReporter } from '../../errors';
import { nextActionOf } from '../../next-actions';
import type { FunctionList, ListStatus } from './function-list';
import { treeItem } from './items';
import type { FunctionNode, FunctionTreeNode, PropertyNode, VersionsNode } from './nodes';

const PROPERTIES: readonly PropertyNode['property'][] = [
  'code',
  'condition',
  'changed',
  'memory',
  'timeout',
  'concurrency',
  'environment',
  'runtime',
];

/** The tree for VS Code. What a function is beyond the list is read when it is opened. */
export class FunctionsTree implements vscode.TreeDataProvider<FunctionTreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly list: FunctionList,
    private readonly errors: Pick<ErrorReporter, 'write'>,
  ) {}

  getTreeItem(node: FunctionTreeNode): vscode.TreeItem {
    return treeItem(node);
  }

  /** Never rejects: what failed becomes a row, and what may be done about it another. */
  async getChildren(node?: FunctionTreeNode): Promise<FunctionTreeNode[]> {
    try {
      return node ? await this.below(node) : await this.functions();
    } catch (error) {
      return this.failure(node?.id ?? '', error);
    }
  }

  /** Draws the tree again, from what is known where it is known. */
  redraw(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async functions(): Promise<FunctionTreeNode[]> {
    const { status } = this.list;
    const say = (what: ListStatus | undefined) =>
      vscode.commands.executeCommand('setContext', CONTEXTS.functionList, what);
    // that there is no function is said once it is known
    await say(status === 'open' ? undefined : status);
    const overviews = await this.list.overviews();
    await say(status);
    return overviews.map((overview): FunctionNode => {
      const { name } = overview;
      return { kind: 'function', id: name, functionName: name, overview };
    });
  }

  private async below(node: FunctionTreeNode): Promise<FunctionTreeNode[]> {
    switch (node.kind) {
      case 'function':
        return this.details(node);
      case 'versions':
        return node.versions.map(published => {
          const { version, codeSha256 } = published;
          const { functionName } = node;
          const runsNow = codeSha256 === node.codeSha256;
          return { kind: 'version', id: `${node.id}/${version}`, functionName, version, published, runsNow };
        });
      default:
        return [];
    }
  }

  private async details({ id, functionName, overview }: FunctionNode): Promise<FunctionTreeNode[]> {
    if (!overview.deployed) return [];
    const state = await this.list.describe(functionName);
    if (!state) throw functionMissing(functionName);
    const { versions } = overview.deployed;
    const told = PROPERTIES.map((property): PropertyNode => {
      return { kind: 'property', id: `${id}/${property}`, functionName, property, overview, state };
    });
    if (!isRead(versions)) return [...told, ...this.failure(id, versions.error)];
    const below: VersionsNode = {
      ...{ kind: 'versions', id: `${id}/versions`, functionName, versions },
      codeSha256: state.codeSha256,
    };
    return [...told, below];
  }

  private failure(id: string, error: unknown): FunctionTreeNode[] {
    this.errors.write(error);
    const action = nextActionOf(error);
    return [
      { kind: 'failure', id: `${id}/failure`, error },
      ...(action ? [{ kind: 'action' as const, id: `${id}/action`, action }] : []),
    ];
  }
}
