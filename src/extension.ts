// The composition root: builds the objects, wires them, registers them. What is heavy comes through `services.ts`, on first use.
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { isAlive } from './node/process-alive';
import { services } from './services';
import { createCallerOf } from './vscode/aws/callers';
import { awsCommands } from './vscode/aws/register';
import { createWorkshop } from './vscode/chapters/register';
import { LocalCluster } from './vscode/cluster/local-cluster';
import { ClusterStatusBar } from './vscode/cluster/status-bar';
import { clusterCommands } from './vscode/commands/cluster-commands';
import { showMenu } from './vscode/commands/menu';
import { registerCommands } from './vscode/commands/register';
import { clusterControlCommands } from './vscode/clusters/register';
import { teardownCommands } from './vscode/teardown/register';
import { createConnections } from './vscode/connections/register';
import { COMMANDS } from './vscode/contributions';
import { createDoctor } from './vscode/doctor/register';
import { ErrorReporter } from './vscode/errors';
import { createCost } from './vscode/cost/register';
import { createIndexes } from './vscode/indexes/register';
import { createOwnCode } from './vscode/functions/register';
import { createPlans } from './vscode/plan/register';
import { createLanguageHelp } from './vscode/language/register';
import { registerCompletion } from './vscode/completion/register';
import { createExplorer } from './vscode/explorer/register';
import { createFunctionsView } from './vscode/functions/tree/register';
import { readSettings } from './vscode/settings';
import { menuCommands } from './vscode/results/menu-commands';
import { createResults } from './vscode/results/register';
import { createTwoSessions } from './vscode/sessions/register';
import { createStack } from './vscode/stack/register';
import { createSqlEditor } from './vscode/sql-editor/register';
import { watchSettings } from './vscode/setting-watch';
import { createStress, createWindowRun, recordingServices } from './vscode/stress/register';

let closing: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, globalState, globalStorageUri, workspaceState } = context;
  /** What is disposed with the window. */
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('DSQL Workshop', { log: true }));
  const errors = new ErrorReporter(log);
  const settings = () => readSettings(path.join(globalStorageUri.fsPath, 'local-cluster'));
  const cluster = new LocalCluster(
    () => ({ ...settings(), entry: path.join(extensionUri.fsPath, 'dist', 'local-cluster.js') }),
    dataDir => services.findRunningCluster(dataDir),
    isAlive,
    line => log.info(line),
  );
  const { run: stressRun, endedBefore } = createWindowRun(globalStorageUri, isAlive);
  const { connections, ...connecting } = createConnections({ services, cluster, errors, workspaceState });
  own(connecting.disposable);
  /** What most features are given; each names in its own types what of it it needs. */
  const window = {
    services,
    callerOf: createCallerOf(services),
    cluster,
    connections,
    errors,
    extensionUri,
    globalState,
    globalStorageUri,
    workspaceState,
    loadDialect: () => services.loadDialect(),
  };
  const plans = createPlans({ ...window, tryIndex: request => indexes.tryIndex(request) });
  own(plans.disposable);
  const results = own(createResults({ ...window, showPlan: plans.showPlan }));
  const sqlEditor = createSqlEditor({ ...window, results, showPlan: plans.showPlan });
  own(sqlEditor.disposable);
  const indexes = createIndexes({
    ...window,
    record: entry => sqlEditor.history.add(entry),
    comparePlans: plans.compare,
  });
  own(indexes.disposable);
  const cost = createCost({ ...window, usageMeter: awsProfile => services.usageMeter(awsProfile) });
  own(cost.disposable);
  const stress = createStress({ ...window, run: stressRun, endedBefore });
  own(stress.disposable);
  const ownCode = createOwnCode({
    ...window,
    services: recordingServices(services, stressRun),
    targets: () => workshop.session.targets,
    chapters: () => workshop.session.chapters(),
    onDeployed: () => workshop.session.stateChanged(undefined, true),
  });
  own(ownCode.disposable);
  const stack = createStack({
    ...window,
    folders: ownCode.folders,
    start: ownCode.start,
    settings: connecting.settings,
  });
  own(stack.disposable);
  const workshop = createWorkshop({
    ...window,
    services: ownCode.services,
    profiles: connecting.settings,
    storage: globalStorageUri,
    isAlive,
    settings,
    results,
    showPlan: plans.showPlan,
    showStress: stress.showResult,
    comparePlans: plans.comparePlans,
    log: line => log.info(line),
  });
  own(workshop.disposable);
  const doctor = createDoctor(window);
  own(doctor.disposable);
  const twoSessions = createTwoSessions(window);
  own(twoSessions.disposable);
  const explorer = createExplorer({ ...window, results });
  own(explorer.disposable);
  const functions = createFunctionsView({
    ...window,
    folders: ownCode.folders,
    place: ownCode.place,
    onDidChangeFunctions: ownCode.onDidChangeFunctions,
    onDidChangePlace: workshop.session.targets.onDidChange,
  });
  own(functions.disposable);
  own(registerCompletion(window));
  const languageHelp = createLanguageHelp({
    ...window,
    loadLinter: () => services.loadLinter(),
    audits: services.audits,
  });
  own(languageHelp.disposable);
  own(new ClusterStatusBar(cluster));
  closing = async () => {
    for (const part of [stress, sqlEditor, results, twoSessions, connections, ownCode, workshop, cluster])
      await part.close();
  };
  own(
    registerCommands(
      {
        ...workshop.commands,
        ...clusterCommands({ ...window, stressRun, log, mayEnd: sqlEditor.mayEnd }),
        ...connecting.commands,
        ...clusterControlCommands({ ...window, settings: connecting.settings }),
        ...teardownCommands({ ...window, settings: connecting.settings }),
        ...doctor.handlers,
        ...awsCommands({
          ...window,
          chapters: () => workshop.session.chapters(),
          profiles: () => [workshop.session.targets.current, connections.current],
          localCluster: signal => cluster.ensureRunning(signal),
          openRoles: (...request) => services.openRoles(...request),
        }),
        ...explorer.handlers,
        ...functions.commands,
        ...twoSessions.commands,
        ...sqlEditor.commands,
        ...menuCommands(request => results.menu(request)),
        ...plans.commands,
        ...indexes.commands,
        ...cost.commands,
        ...stress.commands,
        ...ownCode.commands,
        ...stack.commands,
        ...languageHelp.commands,
        [COMMANDS.showMenu]: () => showMenu(cluster),
      },
      errors,
    ),
  );
  own(watchSettings(context.extension.packageJSON as Parameters<typeof watchSettings>[0], errors));
  log.info(`active on ${os.platform()} ${os.arch()}, VS Code ${vscode.version}, Node ${process.version}`);
}

/** The window closes: the editor waits a few seconds for this; the cluster's lifeline breaks in any case. */
export async function deactivate(): Promise<void> {
  await closing?.();
}
