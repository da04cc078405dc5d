import * as vscode from 'vscode';
import { counted } from '../../base/number-text';
import { countRows, selectTopRows, type Droppable } from '../../core/catalog/actions';
import { scriptText, type Script } from '../../core/catalog/script/statement';
import { readRoleScript, readRoutineScript, readSchemaScript, relationScript } from '../../core/catalog/script/write';
import { createIndex } from '../../core/catalog/script/table';
import { sequenceScript } from '../../core/catalog/script/objects';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { inProgress } from '../commands/in-progress';
import type { JobWaiting } from '../commands/job-waiting';
import type { Connections } from '../connections/connections';
import { COMMANDS, VIEWS } from '../contributions';
import type { Results } from '../results/results';
import type { ExplorerChildren } from './children';
import { dropObject } from './drop';
import { namesOf } from './node-names';
import type { ExplorerNode } from './nodes';
import type { ExplorerProvider } from './provider';
import { showQuery } from './run-query';

const TOP_ROWS = 100;

export interface ExplorerCommandContext {
  connections: Connections;
  results: Results;
  provider: ExplorerProvider;
  children: ExplorerChildren;
  jobs: JobWaiting;
  /** The selection, for what is started by key and not from a menu. */
  selected(): ExplorerNode | undefined;
}

/** The explorer's commands. Each takes the node it was called on, or the selected one. */
export function explorerCommands(context: ExplorerCommandContext) {
  const { connections, results, provider, children, jobs, selected } = context;
  const on =
    (action: (node: ExplorerNode, profile: ConnectionProfile) => unknown) =>
    async (argument?: unknown): Promise<void> => {
      const node = isNode(argument) ? argument : selected();
      const profile = node && connections.profile(node.profileId);
      if (node && profile) await action(node, profile);
    };
  const drop = async (node: ExplorerNode, profile: ConnectionProfile): Promise<void> => {
    const target = droppable(node);
    if (target) await dropObject(connections, profile, target);
  };
  const copy = (text: string | undefined) => text !== undefined && vscode.env.clipboard.writeText(text);
  return {
    [COMMANDS.explorerRefresh]: () => provider.refresh(),
    [COMMANDS.explorerRefreshNode]: on(node => provider.refresh(node)),
    [COMMANDS.explorerRetry]: on(node => provider.refresh(node.kind === 'failure' ? node.of : node)),
    [COMMANDS.explorerCopyName]: on(node => copy(namesOf(node)?.name)),
    [COMMANDS.explorerCopyQualifiedName]: on(node => copy(namesOf(node)?.qualified)),
    [COMMANDS.explorerCopyJobId]: on(node => copy(namesOf(node)?.name)),
    [COMMANDS.explorerSelectTop]: on(async (node, profile) => {
      if (node.kind !== 'table' && node.kind !== 'view') return;
      const sql = selectTopRows(node.relation, TOP_ROWS);
      await showQuery(connections, results, { profile, title: node.relation.name, sql });
    }),
    [COMMANDS.explorerCount]: on(async (node, profile) => {
      if (node.kind === 'table' || node.kind === 'view') await count(connections, profile, node.relation);
    }),
    [COMMANDS.explorerScript]: on(async (node, profile) => {
      const script = await vscode.window.withProgress({ location: { viewId: VIEWS.explorer } }, () =>
        scriptOf(node, children),
      );
      if (script) await openSql(connections, profile, scriptText(script));
    }),
    [COMMANDS.explorerNewQuery]: on((_, profile) => openSql(connections, profile, '')),
    [COMMANDS.explorerDrop]: on(drop),
    [COMMANDS.explorerDropInvalidIndex]: on(drop),
    [COMMANDS.explorerWaitForJob]: on(async (node, profile) => {
      if (node.kind === 'job')
        await jobs.wait(profile, [node.job.id], text => void vscode.window.showInformationMessage(text));
    }),
  };
}

const isNode = (value: unknown): value is ExplorerNode =>
  typeof value === 'object' && value !== null && 'kind' in value && 'profileId' in value;

const droppable = (node: ExplorerNode): Droppable | undefined => {
  switch (node.kind) {
    case 'schema':
    case 'table':
    case 'view':
    case 'sequence':
    case 'routine':
    case 'index':
    case 'role':
      return node;
    default:
      return undefined;
  }
};

async function scriptOf(node: ExplorerNode, children: ExplorerChildren): Promise<Script | undefined> {
  const reader = children.reader(node.profileId);
  switch (node.kind) {
    case 'schema':
      return readSchemaScript(reader, node.schema);
    case 'table':
    case 'view':
      return relationScript(reader, node.relation);
    case 'sequence':
      return sequenceScript(node.sequence);
    case 'routine':
      return readRoutineScript(reader, node.routine);
    case 'index':
      return [createIndex(node.index)];
    case 'role':
      return readRoleScript(reader, node.role);
    default:
      return undefined;
  }
}

/** An untitled document that runs against the profile. */
async function openSql(connections: Connections, profile: ConnectionProfile, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content });
  connections.bindDocument(document.uri, profile.id);
  await vscode.window.showTextDocument(document, { preview: false });
}

/** Counting reads the whole table: it can be given up, and its figure is said when it is there. */
async function count(
  connections: Connections,
  profile: ConnectionProfile,
  relation: { schema: string; name: string },
): Promise<void> {
  const { l10n } = vscode;
  const answer = await inProgress(l10n.t('Counting the rows of {0}…', relation.name), (_, signal) =>
    connections.query(profile, countRows(relation), [], signal),
  );
  const rows = Number(answer.rows[0]?.[0] ?? 0);
  void vscode.window.showInformationMessage(
    l10n.t('{0}.{1} on {2}: {3}', relation.schema, relation.name, profile.name, counted(rows, 'row')),
  );
}
