import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { RunHistory } from '../../core/stress-view/run-history';
import { recordedPorts } from '../../core/stress-view/recorded-target';
import { UnfinishedRuns } from '../../core/stress-view/unfinished-runs';
import { WindowRun } from '../../core/stress-view/window-run';
import type { RunResult } from '../../core/stress/contract';
import type { CallerOf } from '../aws/callers';
import type { LocalCluster } from '../cluster/local-cluster';
import type { Connections } from '../connections/connections';
import { COMMANDS, PANELS, SETTINGS, SETTINGS_SECTION, VIEWS } from '../contributions';
import type { ErrorReporter } from '../errors';
import type { ChapterTarget, WorkshopServices } from '../ports';
import { CloudWatchDesk } from './cloud-watch';
import { PresetStore } from './preset-store';
import { ReportPanels } from './report-panels';
import { FolderRunFiles } from './run-files';
import { StressRunner } from './start-run';
import { stressCommands } from './stress-commands';
import { StressDesk } from './stress-desk';
import { StressSidebar } from './stress-sidebar';
import { StressStatus } from './stress-status';
import { StressTargets } from './stress-targets';

/** The editor gives the whole extension five seconds to close; a run needs one to stop, and its bank is counted afterwards. */
const CLOSE_WITHIN_MS = 3_000;

/**
 * The window's stress run and the history of runs, made before whoever runs chapters; and the ids of runs that ended with the window before.
 * @param isAlive whether a process exists: the windows of runs that are still going on are told from killed ones by it.
 */
export function createWindowRun(
  globalStorageUri: vscode.Uri,
  isAlive: (pid: number) => boolean,
): { run: WindowRun; endedBefore: Promise<string[]> } {
  const files = new FolderRunFiles(path.join(globalStorageUri.fsPath, 'stress-runs'));
  const history = new RunHistory(files);
  const unfinished = new UnfinishedRuns(files, { id: String(process.pid), isAlive: id => isAlive(Number(id)) });
  // a folder that cannot be read is told of when the history is shown
  const endedBefore = unfinished.recover(history).catch(() => []);
  return { run: new WindowRun(history, () => randomUUID().slice(0, 8), undefined, unfinished), endedBefore };
}

/** The same services, whose chapters' stress runs are seen in the Stress view and kept in the history. */
export function recordingServices(services: WorkshopServices, run: WindowRun): WorkshopServices {
  return {
    ...services,
    openTarget: async (...args) => {
      const target = await services.openTarget(...args);
      return recorded(target, run, vscode.l10n.t('Local cluster'));
    },
    openProfileTarget: async (profile, ...rest) =>
      recorded(await services.openProfileTarget(profile, ...rest), run, profile.name),
  };
}

const recorded = (target: ChapterTarget, run: WindowRun, name: string): ChapterTarget => ({
  ports: recordedPorts(target.ports, run, name),
  close: () => target.close(),
});

export interface StressContext {
  run: WindowRun;
  /** Ids of the runs that ended with the window before. */
  endedBefore: Promise<readonly string[]>;
  services: WorkshopServices;
  callerOf: CallerOf;
  cluster: LocalCluster;
  connections: Connections;
  errors: ErrorReporter;
  extensionUri: vscode.Uri;
  globalState: vscode.Memento;
  globalStorageUri: vscode.Uri;
}

/** The Stress view, its report panel, its commands and its status bar item. */
export function createStress(context: StressContext) {
  const { run, services, connections, errors, extensionUri, globalState } = context;
  const targets = new StressTargets(context);
  const runner = new StressRunner({ run, targets, loadChapters: async () => (await services.loadChapters()).chapters });
  const panels = new ReportPanels({ desk: () => desk, errors, extensionUri });
  const cloudWatch = new CloudWatchDesk({
    run,
    services,
    profiles: () => connections.profiles,
    isWanted: () =>
      vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.stressCloudWatch) !== false,
    onError: error => errors.write(error),
  });
  const desk: StressDesk = new StressDesk({
    run,
    cloudWatch,
    runner,
    targets,
    presets: new PresetStore(globalState, error => errors.write(error)),
    showRuns: ids => panels.show(ids),
  });
  const sidebar = new StressSidebar({
    desk,
    errors,
    extensionUri,
    onDidChangeTargets: listener => connections.onDidChange(listener),
  });
  errors.inBackground(context.endedBefore.then(ids => sidebar.tellOf(ids)));
  return {
    commands: stressCommands(desk, errors),
    disposable: vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider(VIEWS.stress, sidebar),
      vscode.window.registerWebviewPanelSerializer(PANELS.stressRuns, panels),
      new StressStatus(run),
      cloudWatch,
      otherWindows(context, run),
    ),
    /** Shows the report of a chapter's run, where it is still kept; else the view of runs. */
    showResult: async ({ startedAt, plan }: RunResult): Promise<void> => {
      const { rows } = await run.history.list();
      const row = rows.find(each => each.startedAt === startedAt && each.name === plan.name);
      if (row) panels.show([row.id]);
      else await vscode.commands.executeCommand(COMMANDS.showStressRuns);
    },
    /** The window closes: stops the run under way, and keeps what it came to. */
    close: (): Promise<void> => {
      // before the runner stops it: what the window's end stops is told as such
      const ended = run.close(AbortSignal.timeout(CLOSE_WITHIN_MS));
      runner.close();
      return ended;
    },
  };
}

/** Runs that other windows keep or delete are seen here too. */
function otherWindows({ globalStorageUri, errors }: StressContext, { history }: WindowRun): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(globalStorageUri, 'stress-runs'), '*.json');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void history.refresh().catch((error: unknown) => errors.write(error)), 300);
  };
  return vscode.Disposable.from(watcher, watcher.onDidCreate(soon), watcher.onDidDelete(soon), {
    dispose: () => clearTimeout(timer),
  });
}
