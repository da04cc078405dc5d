import path from 'node:path';
import * as vscode from 'vscode';
import type { Event } from '../../../base/events';
import { accountOf, callerLines } from '../../../core/aws/caller';
import { placesOfConnection, roleAccount } from '../../../core/aws/preflight';
import type { ConnectionProfile } from '../../../core/connections/connection-profile';
import type { FunctionOverview } from '../../../core/lambda/overview';
import type { CodeFolder } from '../../../core/workspace/contract';
import type { CallerOf } from '../../aws/callers';
import { preflight } from '../../aws/preflight';
import type { LocalCluster } from '../../cluster/local-cluster';
import { abortSignalOf } from '../../commands/cancellation';
import { COMMANDS, VIEWS } from '../../contributions';
import { isCancellation, type ErrorReporter } from '../../errors';
import type { CodeFolders } from '../../own-code/code-folders';
import type { OwnCodeServices } from '../../own-code/services';
import type { FunctionPlace } from '../function-target';
import { CodeWatch } from './code-watch';
import { FunctionList } from './function-list';
import type { FunctionTreeNode } from './nodes';
import { FunctionsTree } from './provider';

export interface FunctionsViewContext {
  place: FunctionPlace;
  /** Another place is meant from now on. */
  onDidChangePlace: Event<void>;
  /** Functions were deployed, changed or removed from this window. */
  onDidChangeFunctions: Event<void>;
  cluster: Pick<LocalCluster, 'onDidChange'>;
  folders: CodeFolders;
  services: { ownCode: Pick<OwnCodeServices, 'digest'> };
  callerOf: CallerOf;
  errors: ErrorReporter;
}

/** The view of the functions where chapters run, and what keeps it up to date. Nothing of AWS is asked before somebody asks for it. */
export function createFunctionsView(context: FunctionsViewContext) {
  const { place, folders, services, callerOf, errors } = context;
  const { l10n } = vscode;
  const watch = new CodeWatch(() => changed(() => list.codeChanged()));
  const list = new FunctionList({
    place,
    folder: async () => {
      await folders.ready();
      watch.follow(directoriesOf(folders.current));
      return folders.current;
    },
    digest: directory => services.ownCode.digest(directory),
  });
  const tree = new FunctionsTree(list, errors);
  const view = vscode.window.createTreeView(VIEWS.functions, { treeDataProvider: tree, showCollapseAll: true });
  const changed = (what: () => void): void => {
    what();
    tree.redraw();
  };
  const showPlace = (): void => {
    view.description = place.label;
    view.message = undefined;
  };

  /** Whose functions these are: the account beside the place; in full where it is not known, or not that of the functions' role. */
  const showCaller = async (profile: ConnectionProfile): Promise<void> => {
    const caller = await callerOf(profile);
    const [account, owner] = [accountOf(caller), roleAccount(placesOfConnection(profile))];
    if (account !== undefined) view.description = `${place.label} · ${account}`;
    if (account === undefined || (owner && owner.account !== account))
      view.message = callerLines(caller, owner)
        .filter(line => line !== '')
        .join(' · ');
  };

  /** Asks again, in AWS with the user's consent where they want to be asked; the rows tell what failed. */
  const refresh = async (): Promise<FunctionOverview[] | undefined> => {
    if (!view.visible) await vscode.commands.executeCommand(`${VIEWS.functions}.focus`);
    const { isOnAws, profile, label } = place;
    const request = { command: 'functions', profile, callerOf } as const;
    const texts = { question: l10n.t('List the functions of “{0}”?', label), proceed: l10n.t('List') };
    if (!(await preflight({ ...request, ...texts }))) return undefined;
    showPlace();
    if (isOnAws) await showCaller(profile);
    const title = l10n.t('Listing the functions of “{0}”', label);
    const where = isOnAws ? vscode.ProgressLocation.Notification : { viewId: VIEWS.functions };
    try {
      return await vscode.window.withProgress({ location: where, title, cancellable: isOnAws }, (_, token) => {
        const asking = list.ask(abortSignalOf(token));
        tree.redraw();
        return asking;
      });
    } catch (error) {
      if (isCancellation(error)) tree.redraw();
      return undefined;
    }
  };

  showPlace();
  return {
    commands: {
      [COMMANDS.functionsRefresh]: refresh,
      [COMMANDS.copyFunctionArn]: async (argument?: unknown): Promise<void> => {
        const node = (argument ?? view.selection[0]) as Partial<FunctionTreeNode> | undefined;
        if (node?.kind !== 'function') return;
        const arn = node.overview?.deployed?.state.arn;
        if (arn !== undefined) await vscode.env.clipboard.writeText(arn);
      },
    },
    disposable: vscode.Disposable.from(
      view,
      tree,
      watch,
      context.onDidChangePlace(() => changed(showPlace)),
      context.onDidChangeFunctions(() => changed(() => list.forget())),
      context.cluster.onDidChange(() => changed(() => place.isOnAws || list.forget())),
      folders.onDidChange(() => changed(() => list.codeChanged())),
      // others may have deployed to the local Lambda meanwhile; AWS is asked when somebody asks for it
      view.onDidChangeVisibility(({ visible }) => visible && !place.isOnAws && changed(() => list.forget())),
    ),
  };
}

const directoriesOf = (folder: CodeFolder | undefined): string[] =>
  Object.values(folder?.functions ?? {}).map(relative => path.join(folder?.directory ?? '', relative));
