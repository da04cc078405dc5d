import path from 'node:path';
import * as vscode from 'vscode';
import type { CodeFolder } from '../../core/workspace/contract';
import { verifyTransfer } from '../../core/promises/verify-transfer';
import type { FunctionAdmin } from '../../core/lambda/admin';
import { kibText } from '../../core/lambda/contract';
import { functionMissing } from '../../core/lambda/errors';
import { inProgress } from '../commands/in-progress';
import type { CallerOf } from '../aws/callers';
import { preflight } from '../aws/preflight';
import { COMMANDS } from '../contributions';
import type { CodeFolders } from '../own-code/code-folders';
import type { CodeTexts } from '../own-code/code-texts';
import type { Deployer } from './deployer';
import type { FunctionLog } from './function-log';
import type { FunctionPlace } from './function-target';
import type { LogTail } from './log-tail';
import { confirmRemoval } from './confirm-removal';
import { showDeployedCode } from './deployed-code';
import { givenName, givenVersion } from './given';
import { askPayload } from './payloads';
import { pickDeployed, pickPromises, pickVersion } from './picks';
import { askSettings } from './settings-input';
import { tellComparison } from './tell-comparison';
import { tellPromises } from './tell-promises';

export interface FunctionCommandsContext {
  folders: CodeFolders;
  target: FunctionPlace;
  callerOf: CallerOf;
  deployer: Deployer;
  log: FunctionLog;
  tail: LogTail;
  texts: CodeTexts;
  start: () => Promise<CodeFolder | undefined>;
}

/** Functions from palette and tree. Each takes a function's name, for links and keybindings, or a row of the tree; without one it asks. */
export function functionCommands(context: FunctionCommandsContext) {
  const { folders, target, callerOf, deployer, log, tail, texts } = context;

  const ownFolder = (): Promise<CodeFolder | undefined> => folders.orMake(() => context.start());
  const askOwn = async (folder: CodeFolder, given: unknown): Promise<string | undefined> => {
    const name = givenName(given);
    const known = Object.keys(folder.functions);
    if (name !== undefined && known.includes(name)) return name;
    return vscode.window.showQuickPick(known, { placeHolder: vscode.l10n.t('Function') });
  };
  const askDeployed = async (given: unknown): Promise<string | undefined> => givenName(given) ?? pickDeployed(target);
  /** Looks something up on the target, which may take its time. */
  const lookUp = <T>(name: string, work: (lambda: FunctionAdmin, signal: AbortSignal) => Promise<T>): Thenable<T> =>
    inProgress(vscode.l10n.t('Looking at {0}', name), async (_, signal) =>
      work((await target.reach(signal)).lambda, signal),
    );

  const agreed = (command: keyof typeof PREFLIGHT_TEXTS, functionName: string): Promise<boolean> =>
    preflight({
      command,
      profile: target.profile,
      callerOf,
      functionName,
      ...PREFLIGHT_TEXTS[command](functionName, target.label),
    });

  /** Of what is done again and again: asked once in this window for each function, on production each time. */
  const known = new Set<string>();
  const agreedOnce = async (command: 'invoke' | 'verify-transfer', functionName: string): Promise<boolean> => {
    const key = JSON.stringify([command, target.profile.id, functionName]);
    if (known.has(key)) return true;
    if (!(await agreed(command, functionName))) return false;
    if (target.profile.environment !== 'production') known.add(key);
    return true;
  };

  return {
    [COMMANDS.deployFunction]: async (given?: unknown) => {
      const folder = await ownFolder();
      const name = folder && (await askOwn(folder, given));
      if (!folder || name === undefined || !(await agreed('deploy', name))) return undefined;
      const deployment = await inProgress(vscode.l10n.t('Deploying {0}', name), (report, signal) =>
        deployer.deploy(folder, name, report, signal),
      );
      const size = kibText(deployment.bundleBytes);
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} deployed to {1}, {2}', name, target.label, size), 8_000);
      return deployment;
    },

    [COMMANDS.invokeFunction]: async (given?: unknown, payload?: unknown) => {
      const name = await askDeployed(given);
      if (name === undefined) return undefined;
      const chosen = payload === undefined ? await askPayload(folders.current, name) : { name: '', value: payload };
      if (!chosen || !(await agreedOnce('invoke', name))) return undefined;
      const invocation = await inProgress(vscode.l10n.t('Invoking {0}', name), async (_, signal) => {
        const { lambda } = await target.reach(signal);
        log.say(`${name} ← ${JSON.stringify(chosen.value)}`);
        return lambda.invoke(name, chosen.value, { tailLog: true, signal });
      });
      // of a failure its stack was told, with paths that lead somewhere
      if (invocation.functionError === undefined) log.say(`${name} → ${JSON.stringify(invocation.payload)}`);
      log.show();
      return invocation;
    },

    [COMMANDS.showFunctionLog]: () => log.show(),

    [COMMANDS.followFunctionLog]: async (given?: unknown) => {
      const name = await askDeployed(given);
      if (name !== undefined) await tail.start(name);
    },

    [COMMANDS.stopFunctionLog]: () => tail.stop(),

    [COMMANDS.compareFunction]: async (given?: unknown) => {
      const folder = await ownFolder();
      const name = folder && (await askOwn(folder, given));
      if (!folder || name === undefined) return undefined;
      const directory = path.join(folder.directory, folder.functions[name] ?? '');
      const comparison = await inProgress(vscode.l10n.t('Comparing {0}', name), async (_, signal) =>
        (await target.reach(signal)).lambda.compare(name, directory, signal),
      );
      await tellComparison(name, directory, comparison, texts);
      return comparison;
    },

    [COMMANDS.showDeployedCode]: async (given?: unknown) => {
      const name = await askDeployed(given);
      if (name === undefined) return undefined;
      const files = await lookUp(name, (lambda, signal) => lambda.sources(name, signal));
      return showDeployedCode(name, files, texts);
    },

    [COMMANDS.rollBackFunction]: async (given?: unknown, version?: unknown) => {
      const name = await askDeployed(given);
      if (name === undefined) return undefined;
      const wanted = typeof version === 'string' ? version : (givenVersion(given) ?? (await pickVersion(target, name)));
      if (wanted === undefined || !(await agreed('roll-back', name))) return undefined;
      const restored = await inProgress(vscode.l10n.t('Rolling back {0}', name), async (report, signal) =>
        (await target.reach(signal)).lambda.rollBack(name, wanted, report, signal),
      );
      log.say(`${name} runs the code of version ${restored.version} again`);
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} runs version {1} again', name, restored.version), 8_000);
      return restored;
    },

    [COMMANDS.removeFunction]: async (given?: unknown) => {
      const name = await askDeployed(given);
      if (name === undefined) return undefined;
      if (!(await lookUp(name, (lambda, signal) => lambda.exists(name, signal)))) throw functionMissing(name);
      if (!(await confirmRemoval(target, name, callerOf))) return undefined;
      await inProgress(vscode.l10n.t('Removing {0}', name), async (_, signal) =>
        (await target.reach(signal)).lambda.remove(name, signal),
      );
      log.say(`${name} was removed from ${target.label}`);
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} removed from {1}', name, target.label), 8_000);
      return name;
    },

    [COMMANDS.configureFunction]: async (given?: unknown) => {
      const name = await askDeployed(given);
      if (name === undefined) return undefined;
      const state = await lookUp(name, (lambda, signal) => lambda.describe(name, signal));
      if (!state) throw functionMissing(name);
      const settings = await askSettings(state, !target.isOnAws);
      if (!settings || !(await agreed('configure', name))) return undefined;
      await inProgress(vscode.l10n.t('Updating {0}', name), async (report, signal) =>
        (await target.reach(signal)).lambda.configure(name, settings, report, signal),
      );
      vscode.window.setStatusBarMessage(vscode.l10n.t('Settings of {0} changed', name), 8_000);
      return settings;
    },

    [COMMANDS.verifyTransfer]: async (given?: unknown, givenSet?: unknown) => {
      const name = await askDeployed(given);
      const set = name && (await pickPromises(givenSet));
      if (!name || !set || !(await agreedOnce('verify-transfer', name))) return undefined;
      const report = await inProgress(vscode.l10n.t('Testing the promises of {0}', name), async (say, signal) => {
        const ports = await target.reach(signal);
        return verifyTransfer(ports, { functionName: name, set, signal, onOutcome: ({ title }) => say(title) });
      });
      tellPromises(name, report, log);
      return report;
    },
  };
}

/** What is asked before a command changes a function in AWS. */
const PREFLIGHT_TEXTS = {
  deploy: (name: string, where: string) => ({
    question: vscode.l10n.t('Deploy {0} to “{1}”?', name, where),
    proceed: vscode.l10n.t('Deploy'),
  }),
  configure: (name: string, where: string) => ({
    question: vscode.l10n.t('Change the settings of {0} on “{1}”?', name, where),
    proceed: vscode.l10n.t('Change'),
  }),
  'roll-back': (name: string, where: string) => ({
    question: vscode.l10n.t('Roll {0} back on “{1}”?', name, where),
    proceed: vscode.l10n.t('Roll Back'),
  }),
  invoke: (name: string, where: string) => ({
    question: vscode.l10n.t('Invoke {0} on “{1}”?', name, where),
    proceed: vscode.l10n.t('Invoke'),
    cost: [vscode.l10n.t('One invocation, and the DPUs of what it does in the database.')],
  }),
  'verify-transfer': (name: string, where: string) => ({
    question: vscode.l10n.t('Test the promises of {0} on “{1}”?', name, where),
    proceed: vscode.l10n.t('Test'),
    cost: [vscode.l10n.t('Some dozen invocations, on accounts of their own.')],
  }),
};
