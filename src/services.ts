// What the extension's features need of the layers they may not import, loaded on first use. Part of the composition root.
import fs from 'node:fs';
import path from 'node:path';
import { STACK_FOLDER } from './core/stack/contract';
import type { Dialect } from './core/dialect/contract';
import type { Linter } from './core/lint/contract';
import type { CodeFolder } from './core/workspace/contract';
import { runTargetKey, type SharedRuns } from './core/stress/shared-runs';
import type { Callers } from './node/connections/callers';
import type { Target } from './node/target';
import type { ChapterTarget, WorkshopServices } from './vscode/ports';

let dialect: Promise<Dialect> | undefined;
let linter: Promise<Linter> | undefined;
let callers: Callers | undefined;

/** The real services; `vscode/ports.ts` says what each promises. */
export const services: WorkshopServices = {
  loadChapters: async folders => (await import('./node/chapters/library')).loadLibrary(folders),
  findRunningCluster: async dataDir => (await import('./node/target-local')).findRunningCluster(dataDir),
  stressRunsElsewhere: async info => (await (await sharedRuns())?.elsewhere(runTargetKey(info))) ?? [],
  createRowStores: async () =>
    new (await import('./node/results/row-stores')).ThreadRowStores(path.join(__dirname, 'row-store.js')),
  openTarget: async (info, code) => openPorts((await import('./node/target-local')).localTarget(info), code),
  openProfileTarget: async (profile, code) =>
    openPorts((await import('./node/target-connection')).connectionTarget(profile), code),
  ownCode: {
    find: async directory => (await import('./node/workspace/folder')).findCodeFolder(directory),
    filesInWay: async directory => (await import('./node/workspace/folder')).filesInWay(directory),
    create: async (directory, addMissing) =>
      (await import('./node/workspace/folder')).createCodeFolder(directory, addMissing),
    stepCode: async (...subject) => (await import('./node/workspace/step-code')).stepCode(...subject),
    apply: async (...subject) => (await import('./node/workspace/step-code')).applySolution(...subject, new Date()),
    undo: async (folder, chapter, step, force) =>
      (await import('./node/workspace/step-code')).undoSolution(folder, chapter, step, new Date(), force),
    digest: async directory => (await import('./node/lambda/digest')).bundleDigest(directory),
    typeCheck: async (directory, signal) => (await import('./node/workspace/type-check')).typeCheck(directory, signal),
  },
  stack: {
    require: async directory => (await import('./node/stack/run')).requireStack(directory),
    run: async (...run) => (await import('./node/stack/run')).runStack(...run),
    guarded: async (...stack) => (await import('./node/stack/protection')).guardedOfStack(...stack),
    account: async (...stack) => (await import('./node/stack/protection')).accountOfStack(...stack),
    unprotect: async (...clusters) => (await import('./node/stack/protection')).unprotect(...clusters),
    install: async (directory, onOutput, signal) =>
      (await import('./node/stack/packages')).installPackages(directory, onOutput, signal),
    outputs: async directory => (await import('./node/stack/run')).stackOutputs(directory),
    saveTarget: async (...target) => (await import('./node/stack/run')).saveTarget(...target),
    fileOf: (directory, file) =>
      [directory, path.join(directory, STACK_FOLDER)]
        .map(folder => path.resolve(folder, file))
        .find(candidate => fs.existsSync(candidate)),
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
  callerOf: async (awsProfile, region, signal, fresh) => {
    const [{ Callers }, { profileCredentials }] = await Promise.all([
      import('./node/connections/callers'),
      import('./node/connections/credentials'),
    ]);
    callers ??= new Callers();
    return callers.of(profileCredentials(awsProfile, region, fresh), region, signal);
  },
  sessionPresets: async () => (await import('./node/sessions/load')).loadSessionPresets(),
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
  openRoles: async (profile, localCluster, signal) => {
    const [{ createRoleDesk }, { connectionTarget }, { localTarget }] = await Promise.all([
      import('./node/roles/role-desk'),
      import('./node/target-connection'),
      import('./node/target-local'),
    ]);
    return createRoleDesk(
      profile.kind === 'local' ? localTarget(await localCluster(signal)) : connectionTarget(profile),
    );
  },
  usageMeter: async awsProfile => {
    const [{ createUsageMeter }, { profileCredentials }] = await Promise.all([
      import('./node/cloudwatch/usage-meter'),
      import('./node/connections/credentials'),
    ]);
    return createUsageMeter({ credentials: profileCredentials(awsProfile, 'us-east-1') });
  },
  runMetrics: async awsProfile => {
    const [{ createRunMetricsReader }, { profileCredentials }] = await Promise.all([
      import('./node/cloudwatch/run-metrics'),
      import('./node/connections/credentials'),
    ]);
    return createRunMetricsReader({ credentials: profileCredentials(awsProfile, 'us-east-1') });
  },
  controlPlane: async awsProfile => {
    const [{ createControlPlane }, { profileCredentials }] = await Promise.all([
      import('./node/clusters/control-plane'),
      import('./node/connections/credentials'),
    ]);
    return createControlPlane({ credentials: profileCredentials(awsProfile, 'us-east-1', true) });
  },
  teardown: async awsProfile => {
    const [{ createTeardown }, { profileCredentials }] = await Promise.all([
      import('./node/teardown/port'),
      import('./node/connections/credentials'),
    ]);
    return createTeardown({ credentials: profileCredentials(awsProfile, 'us-east-1', true) });
  },
};

async function sharedRuns(): Promise<SharedRuns | undefined> {
  return (await import('./cli/shared-runs')).sharedRuns();
}

async function openPorts(target: Target, code?: () => CodeFolder | undefined): Promise<ChapterTarget> {
  const [{ createChapterPorts }, { runStress }, { sourcesOf }, shared] = await Promise.all([
    import('./node/chapters/ports'),
    import('./stress/controller'),
    import('./node/workspace/folder'),
    sharedRuns(),
  ]);
  const ports = createChapterPorts(
    target,
    // a module of the user's own comes this far in trusted workspaces only: `StressRunner` sees to that
    (...run) => runStress(...run, { allowUserCode: true }),
    code && sourcesOf(code),
    shared,
  );
  return { ports, close: () => ports.close() };
}
