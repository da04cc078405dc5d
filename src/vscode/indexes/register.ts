import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { checkedDraft, emptyDraft } from '../../core/indexes/draft-view';
import { readDraft } from '../../core/indexes/read-draft';
import type { IndexDraft, TableName } from '../../protocol/indexes-view';
import { namedProfile } from '../connections/named-profile';
import { COMMANDS, PANELS } from '../contributions';
import type { TryIndex } from '../plan/plan-panel';
import { IndexCluster, type IndexClusterContext } from './index-cluster';
import { IndexPanel, type IndexPanelContext, type IndexWork } from './index-panel';

export type IndexesContext = IndexClusterContext & IndexPanelContext;

/** Index work: its commands, its panels (one for each profile), and `tryIndex` for the plan viewer. */
export function createIndexes(context: IndexesContext) {
  const { connections } = context;
  const panels = new Map<string, IndexPanel>();
  const adopt = (panel: vscode.WebviewPanel, profile: ConnectionProfile, work: IndexWork): void => {
    panels.set(profile.id, new IndexPanel(panel, new IndexCluster(profile, context), context, work));
    panel.onDidDispose(() => panels.delete(profile.id));
  };
  const show = (profile: ConnectionProfile, work: IndexWork): void => {
    const open = panels.get(profile.id);
    if (open) {
      open.begin(work);
      open.panel.reveal();
      return;
    }
    adopt(
      vscode.window.createWebviewPanel(PANELS.indexes, 'DSQL Indexes', vscode.ViewColumn.Active, {}),
      profile,
      work,
    );
  };
  const meant = (argument: unknown): ConnectionProfile => namedProfile(connections, argument) ?? connections.current;
  return {
    commands: {
      [COMMANDS.showIndexes]: (argument?: unknown): void => {
        const scope = tableOf(argument);
        show(meant(argument), scope ? { scope } : {});
      },
      [COMMANDS.createIndex]: (argument?: unknown): void => {
        const scope = tableOf(argument);
        show(meant(argument), scope ? { scope, draft: emptyDraft(scope.schema, scope.table) } : {});
      },
    },
    /** Opens the index that a finding recommends, to be tried on the plan's statement. @returns false for a text that is no CREATE INDEX. */
    tryIndex: ({ sql, source, params }: Parameters<TryIndex>[0]): boolean => {
      const profile = connections.profiles.find(({ name }) => name === source.connection) ?? connections.current;
      const draft = readDraft(sql, profile.schema ?? 'public');
      if (!draft) return false;
      const { statement } = source;
      show(profile, {
        draft,
        analyze: /\(actual |"Actual /.test(source.text),
        ...(statement !== undefined && { statement }),
        ...(params && { params }),
      });
      return true;
    },
    disposable: vscode.window.registerWebviewPanelSerializer(PANELS.indexes, {
      deserializeWebviewPanel: (panel, state) => {
        const profile = namedProfile(connections, state);
        if (!profile || panels.has(profile.id)) panel.dispose();
        else adopt(panel, profile, keptWork(state));
        return Promise.resolve();
      },
    }),
  };
}

function keptWork(state: unknown): IndexWork {
  const { scope, draft, statement } = (state ?? {}) as Record<string, unknown>;
  const kept: IndexDraft | undefined = checkedDraft(draft);
  const table = named(scope);
  return {
    ...(table && { scope: table }),
    ...(kept && { draft: kept }),
    ...(kept && typeof statement === 'string' && { statement }),
  };
}

/** The table of a node of the explorer. */
function tableOf(argument: unknown): TableName | undefined {
  const { relation, table, index } = (argument ?? {}) as Record<
    string,
    { schema?: unknown; name?: unknown; table?: unknown }
  >;
  if (index) return named({ schema: index.schema, table: index.table });
  const of = relation ?? table;
  return of && named({ schema: of.schema, table: of.name });
}

function named(value: unknown): TableName | undefined {
  const { schema, table } = (value ?? {}) as Record<string, unknown>;
  return typeof schema === 'string' && typeof table === 'string' ? { schema, table } : undefined;
}
