import * as vscode from 'vscode';
import type { Closeable } from '../../base/lifecycle';
import type { ScriptSource } from '../../protocol/sessions-view';
import type { Connections } from '../connections/connections';
import { namedProfile } from '../connections/named-profile';
import { COMMANDS, PANELS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { WorkshopServices } from '../ports';
import { pickScript } from './pick-script';
import { readSource, sameSource } from './script-source';
import { SessionsPanel, type SessionsPanelContext, type SessionsPanelStart } from './sessions-panel';

export interface TwoSessionsContext {
  services: Pick<WorkshopServices, 'sessionPresets'>;
  connections: Connections;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
}

/** What a chapter gives `openTwoSessions`: its script, and which order of it to begin with. */
interface TwoSessionsArgument {
  script: string;
  order?: string;
}

/** Two Sessions: its command, and its panels, one for each script. */
export function createTwoSessions({ services, connections, errors, extensionUri }: TwoSessionsContext): {
  commands: { [COMMANDS.openTwoSessions]: (argument?: unknown) => Promise<void> };
  disposable: vscode.Disposable;
} & Closeable {
  const panels = new Set<SessionsPanel>();
  const presets = () => services.sessionPresets();
  const context: SessionsPanelContext = { extensionUri, connections, errors, presets };
  const adopt = (panel: vscode.WebviewPanel, start: SessionsPanelStart): void => {
    const adopted = new SessionsPanel(panel, start, context);
    panels.add(adopted);
    panel.onDidDispose(() => panels.delete(adopted));
  };
  const show = async (argument?: unknown): Promise<void> => {
    const given = fromChapter(argument);
    const source = given?.source ?? readSource(argument) ?? (await pickScript(presets));
    if (!source) return;
    const open = [...panels].find(panel => sameSource(panel.source, source));
    if (open) {
      open.panel.reveal();
      if (given?.order !== undefined) open.choose(given.order);
      return;
    }
    const options = { enableFindWidget: true };
    const panel = vscode.window.createWebviewPanel(PANELS.sessions, 'Two Sessions', vscode.ViewColumn.Active, options);
    adopt(panel, { source, profile: connections.current, ...(given?.order !== undefined && { order: given.order }) });
  };
  const serializer: vscode.WebviewPanelSerializer = {
    deserializeWebviewPanel: (panel, state) => {
      const { source: kept, order } = (state ?? {}) as Record<string, unknown>;
      const source = readSource(kept);
      const profile = namedProfile(connections, state) ?? connections.current;
      if (source) adopt(panel, { source, profile, ...(typeof order === 'string' && { order }) });
      else panel.dispose();
      return Promise.resolve();
    },
  };
  return {
    commands: { [COMMANDS.openTwoSessions]: show },
    disposable: vscode.window.registerWebviewPanelSerializer(PANELS.sessions, serializer),
    close: async () => {
      await Promise.all([...panels].map(panel => panel.close()));
    },
  };
}

function fromChapter(argument: unknown): { source: ScriptSource; order?: string } | undefined {
  const { script, order } = (argument ?? {}) as Partial<Record<keyof TwoSessionsArgument, unknown>>;
  const source = typeof script === 'string' ? readSource({ kind: 'text', text: script }) : undefined;
  return source && { source, ...(typeof order === 'string' && { order }) };
}
