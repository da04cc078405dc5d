// The composition root: builds the objects, wires them, registers them. What is heavy (AWS SDK, pg, esbuild) is loaded on first use.
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Dialect } from './core/dialect/contract';
import type { Linter } from './core/lint/contract';
import { ProgressStore } from './vscode/chapters/progress-store';
import { WorkshopSession } from './vscode/chapters/workshop-session';
import { LocalCluster } from './vscode/cluster/local-cluster';
import { ClusterStatusBar } from './vscode/cluster/status-bar';
import { chapterCommands } from './vscode/commands/chapter-commands';
import { clusterCommands } from './vscode/commands/cluster-commands';
import { showMenu } from './vscode/commands/menu';
import { registerCommands } from './vscode/commands/register';
import { runFromView } from './vscode/commands/run-progress-ui';
import { clusterControlCommands } from './vscode/clusters/register';
import { createConnections } from './vscode/connections/register';
import { COMMANDS, PANELS } from './vscode/contributions';
import { createDoctor } from './vscode/doctor/register';
import { ErrorReporter } from './vscode/errors';
import { createPlans } from './vscode/plan/register';
import { createLanguageHelp } from './vscode/language/register';
import { registerCompletion } from './vscode/completion/register';
import { createExplorer } from './vscode/explorer/register';
import type { WorkshopServices } from './vscode/ports';
import { readSettings } from './vscode/settings';
import { createResults } from './vscode/results/register';
import { createSqlEditor } from './vscode/sql-editor/register';
import { ChapterPanels } from './vscode/webviews/chapter-panels';

let dialect: Promise<Dialect> | undefined;
let linter: Promise<Linter> | undefined;

const services: WorkshopServices = {
  loadChapters: async () => (await import('./node/chapters/load')).loadChapters(),
  findRunningCluster: async dataDir => (await import('./node/target-local')).findRunningCluster(dataDir),
  createRowStores: async () =>
    new (await import('./node/results/row-stores')).ThreadRowStores(path.join(__dirname, 'row-store.js')),
  openTarget: async info => {
    const [{ createChapterPorts }, { localTarget }, { runStress }] = await Promise.all([
      import('./node/chapters/ports'),
      import('./node/target-local'),
      import('./stress/controller'),
    ]);
    const ports = createChapterPorts(localTarget(info), runStress);
    return { ports, close: () => ports.close() };
  },
  connectionSettings: async info => {
    const [{ localTarget }, { conflictingVariables, localEnvironment }, { shellText }] = await Promise.all([
      import('./node/target-local'),
      import('./node/local-environment'),
      import('./cli/shell-text'),
    ]);
    const shell = process.platform === 'win32' ? 'powershell' : 'sh';
    return shellText(await localEnvironment(localTarget(info)), conflictingVariables(process.env), shell);
  },
  createSqlSession: async (profileId, host) => {
    const [{ createSqlSession }, { profileSource }] = await Promise.all([
      import('./node/sql/session'),
      import('./node/sql/profile-source'),
    ]);
    return createSqlSession(profileSource(profileId, host));
  },
  awsProfiles: async () => (await import('./node/connections/aws-profiles')).listAwsProfiles(),
  loadDialect: () => (dialect ??= import('./core/dialect/dialect').then(({ createDialect }) => createDialect())),
  loadLinter: () => (linter ??= import('./core/lint/linter').then(({ createLinter }) => createLinter())),
  audits: {
    folder: async (folder, options) => (await import('./node/audit/folder')).auditFolder(folder, options),
    database: async (url, options) => {
      const { auditLiveDatabase, databaseOptions } = await import('./node/audit/database');
      return auditLiveDatabase(databaseOptions(url), options);
    },
  },
  examineProfile: async (profile, localCluster, signal) =>
    (await import('./node/doctor/profile')).examineProfile(profile, localCluster, signal),
  controlPlane: async awsProfile => {
    const [{ createControlPlane }, { profileCredentials }] = await Promise.all([
      import('./node/clusters/control-plane'),
      import('./node/connections/credentials'),
    ]);
    return createControlPlane({ credentials: profileCredentials(awsProfile, 'us-east-1', true) });
  },
};

let closing: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('DSQL Workshop', { log: true }));
  const errors = new ErrorReporter(log);
  const settings = () => readSettings(path.join(context.globalStorageUri.fsPath, 'local-cluster'));
  const cluster = new LocalCluster(
    () => ({ ...settings(), entry: path.join(context.extensionPath, 'dist', 'local-cluster.js') }),
    dataDir => services.findRunningCluster(dataDir),
    line => log.info(line),
  );
  const session = new WorkshopSession(
    services,
    cluster,
    new ProgressStore(context.globalState),
    line => log.info(line),
    number => number[settings().scale],
  );
  const { workspaceState } = context;
  const { connections, ...connecting } = createConnections({ services, cluster, errors, workspaceState });
  own(connecting.disposable);
  const results = own(createResults({ services, errors, extensionUri: context.extensionUri }));
  const plans = createPlans({ errors, extensionUri: context.extensionUri, workspaceState });
  own(plans.disposable);
  const sqlEditor = createSqlEditor({
    connections,
    results,
    errors,
    extensionUri: context.extensionUri,
    globalState: context.globalState,
    showPlan: plans.showPlan,
    loadDialect: () => services.loadDialect(),
  });
  own(sqlEditor.disposable);
  closing = async () => {
    await sqlEditor.close();
    await results.close();
    await connections.close();
    await session.close();
    await cluster.close();
  };
  const panels = new ChapterPanels({
    session,
    errors,
    extensionUri: context.extensionUri,
    scale: () => settings().scale,
    run: async request => runFromView(session, request),
  });
  const doctor = createDoctor({ services, connections, cluster, errors, extensionUri: context.extensionUri });
  own(doctor.disposable);
  const explorer = createExplorer({ connections, results, errors });
  own(explorer.disposable);
  own(registerCompletion({ connections, errors }));
  const languageHelp = createLanguageHelp({
    loadLinter: () => services.loadLinter(),
    audits: services.audits,
    errors,
  });
  own(languageHelp.disposable);
  own(new ClusterStatusBar(cluster));
  own(vscode.window.registerWebviewPanelSerializer(PANELS.chapter, panels));
  own(
    registerCommands(
      {
        ...chapterCommands({ session, panels }),
        ...clusterCommands({ cluster, services, log }),
        ...connecting.commands,
        ...clusterControlCommands({ connections, settings: connecting.settings, services }),
        ...doctor.handlers,
        ...explorer.handlers,
        ...sqlEditor.commands,
        ...plans.commands,
        ...languageHelp.commands,
        [COMMANDS.showMenu]: () => showMenu(cluster),
      },
      errors,
    ),
  );
  log.info(`active on ${os.platform()} ${os.arch()}, VS Code ${vscode.version}, Node ${process.version}`);
}

/** The window closes: the editor waits a few seconds for this; the cluster's lifeline breaks in any case. */
export async function deactivate(): Promise<void> {
  await closing?.();
}
