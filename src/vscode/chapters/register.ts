import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { NamedPlanText } from '../../protocol/chapter-view';
import type { CallerOf } from '../aws/callers';
import { showIamPolicy } from '../aws/policy-command';
import type { LocalCluster } from '../cluster/local-cluster';
import { chapterCommands } from './chapter-commands';
import { runFromView } from './run-progress-ui';
import type { Connections } from '../connections/connections';
import type { ProfileSettings } from '../connections/profile-settings';
import { PANELS, SETTINGS, SETTINGS_SECTION } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { WorkshopServices } from '../ports';
import { chapterFolders, type WorkshopSettings } from '../settings';
import { ChapterPanels } from './chapter-panels';
import { ChapterLibrary } from './chapter-library';
import { ChapterPreview } from './chapter-preview';
import { ChapterTargets } from './chapter-targets';
import { ChapterTree } from './chapter-tree';
import { confirmDrop } from './confirm-drop';
import { FullViews, type LargerViews } from './full-views';
import { RecordFiles } from './record-files';
import { RunClaims } from './run-claims';
import { chooseTarget } from './target-choice';
import { WorkshopSession } from './workshop-session';

export interface WorkshopContext extends LargerViews {
  services: WorkshopServices;
  callerOf: CallerOf;
  cluster: LocalCluster;
  connections: Connections;
  profiles: ProfileSettings;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  /** The extension's own storage. */
  storage: vscode.Uri;
  /** Whether a process of that number exists. */
  isAlive: (pid: number) => boolean;
  workspaceState: vscode.Memento;
  settings: () => WorkshopSettings;
  /** Opens two plans in the plan viewer, compared. */
  comparePlans: (before: NamedPlanText, after: NamedPlanText, profile: ConnectionProfile) => void;
  log: (line: string) => void;
}

/** The chapters of the window: session, guide, tree, preview and commands. `close` writes what is known and lets connections go. */
export function createWorkshop(context: WorkshopContext) {
  const { services, cluster, connections, profiles, errors, extensionUri, workspaceState, settings, log } = context;
  const library = new ChapterLibrary(
    () => services.loadChapters(chapterFolders()),
    problem => errors.write(problem),
  );
  const targets = new ChapterTargets(cluster, connections, services, workspaceState);
  const records = vscode.Uri.joinPath(context.storage, 'chapters');
  const session = new WorkshopSession({
    library,
    targets,
    files: new RecordFiles(records.fsPath, log),
    claims: new RunClaims(records.fsPath, windowName, context.isAlive),
    log,
    figure: number => number[settings().scale],
    mayDrop: tables => confirmDrop(tables, targets.current),
  });
  const choose = () => chooseTarget(targets, profiles, context.callerOf, () => session.chapters());
  const panels: ChapterPanels = new ChapterPanels({
    session,
    errors,
    extensionUri,
    scale: () => settings().scale,
    fullViews: new FullViews(context),
    run: async request => {
      await runFromView(session, request);
      await panels.showFailure(request);
    },
    chooseTarget: choose,
    showPolicy: slug => showIamPolicy({ chapters: () => session.chapters(), profiles: () => [targets.current] }, slug),
    comparePlans: (before, after) => context.comparePlans(before, after, targets.current),
  });
  const preview = new ChapterPreview(library, panels);
  const reread = vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.chapterFolders}`)) library.reload();
  });
  return {
    session,
    panels,
    commands: chapterCommands({ session, panels, preview, chooseTarget: choose }),
    disposable: vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(PANELS.chapter, panels),
      new ChapterTree(session, errors),
      preview,
      reread,
      vscode.workspace.onDidGrantWorkspaceTrust(() => library.reload()),
      otherWindows(records, session, errors),
      connections.onDidChangeCatalog(({ profileId }) => session.stateChanged(profileId)),
      connections.onDidChangeData(({ profileId }) => session.stateChanged(profileId)),
      connections.onDidChange(() => targets.profilesChanged()),
      vscode.window.onDidChangeWindowState(
        ({ focused }) => focused && targets.current.kind === 'local' && session.stateChanged(),
      ),
      library,
      targets,
    ),
    close: () => session.close(),
  };
}

const windowName = (): string => vscode.workspace.name ?? vscode.l10n.t('one without a folder');

/** What other windows did is shown here, too. */
function otherWindows(records: vscode.Uri, session: WorkshopSession, errors: ErrorReporter): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(records, '*.json'));
  const changed = (): void => void session.recordsChanged().catch((error: unknown) => errors.write(error));
  return vscode.Disposable.from(watcher, watcher.onDidCreate(changed), watcher.onDidChange(changed));
}
