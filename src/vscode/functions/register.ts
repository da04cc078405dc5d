import path from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../base/events';
import type { Chapter } from '../../core/chapters/contract';
import type { CodeFolder } from '../../core/workspace/contract';
import type { ChapterTargets } from '../chapters/chapter-targets';
import type { CallerOf } from '../aws/callers';
import { COMMANDS } from '../contributions';
import type { ErrorReporter } from '../errors';
import { DeployOnSave } from './deploy-on-save';
import { Deployer } from './deployer';
import { functionCommands } from './function-commands';
import { FunctionLog } from './function-log';
import { FunctionTarget } from './function-target';
import { LastDeployed } from './last-deployed';
import { LogTail } from './log-tail';
import type { ChapterTarget, WorkshopServices } from '../ports';
import { CodeFolders } from '../own-code/code-folders';
import { CodeProblems } from '../own-code/code-problems';
import { CodeTexts } from '../own-code/code-texts';
import { startWorkshop } from '../own-code/start-workshop';
import { StepCodeCommands } from '../own-code/step-code';

export interface OwnCodeContext {
  services: WorkshopServices;
  callerOf: CallerOf;
  errors: ErrorReporter;
  globalState: vscode.Memento;
  targets: () => ChapterTargets;
  chapters: () => Promise<Chapter[]>;
  /** The learner's code was deployed, outside a chapter. */
  onDeployed: () => void;
}

/** The learner's own code: their folder, each step's code, and the functions deployed from it. */
export function createOwnCode(context: OwnCodeContext) {
  const { services, callerOf, errors, globalState, targets, chapters, onDeployed } = context;
  const onError = (error: unknown): void => errors.write(error);
  const folders = new CodeFolders(services.ownCode, globalState, errors);
  const directoryOf = (folder: CodeFolder | undefined, name: string): string | undefined =>
    folder && Object.hasOwn(folder.functions, name)
      ? path.join(folder.directory, folder.functions[name] ?? '')
      : undefined;
  const log = new FunctionLog(name => directoryOf(folders.current, name));
  const texts = new CodeTexts();
  const problems = new CodeProblems();
  let target: FunctionTarget | undefined;
  const lazyTarget = (): FunctionTarget => (target ??= new FunctionTarget(targets()));
  const reachable = {
    get label() {
      return lazyTarget().label;
    },
    get profile() {
      return lazyTarget().profile;
    },
    get isReachable() {
      return lazyTarget().isReachable;
    },
    get isOnAws() {
      return lazyTarget().isOnAws;
    },
    reach: (signal: AbortSignal) => lazyTarget().reach(signal),
  };
  const last = new LastDeployed(globalState);
  const deployer = new Deployer({
    target: reachable,
    services: services.ownCode,
    problems,
    log,
    last,
    onError,
    onDeployed,
  });
  const start = (uri?: vscode.Uri) => startWorkshop(services.ownCode, folders, errors, uri);
  const steps = new StepCodeCommands({
    services: services.ownCode,
    folders,
    texts,
    chapters,
    errors,
    start: () => start(),
  });
  const tail = new LogTail({ target: reachable, log, onError: error => errors.show(error) });
  const onSave = new DeployOnSave(folders, reachable, callerOf, deployer, last, onError);

  const functionsChanged = new Emitter<void>();
  /** A change that fails half-way has changed something, too. */
  const changing = async <T>(change: Promise<T>): Promise<T> => {
    try {
      return await change;
    } finally {
      functionsChanged.fire();
    }
  };

  /** Chapters deploy the learner's code, what their functions log is shown, and saving deploys what a chapter deployed last. */
  const equipped = async (opening: Promise<ChapterTarget>): Promise<ChapterTarget> => {
    const opened = await opening;
    const lambda = log.listening(opened.ports.lambda);
    const deploy: typeof lambda.deploy = async (source, onProgress, signal) => {
      const deployment = await lambda.deploy(source, onProgress, signal);
      await last.keep(source.directory, source.name);
      return deployment;
    };
    const told: typeof lambda = {
      ...lambda,
      deploy: (...change) => changing(deploy(...change)),
      configure: (...change) => changing(lambda.configure(...change)),
      rollBack: (...change) => changing(lambda.rollBack(...change)),
      remove: (...change) => changing(lambda.remove(...change)),
    };
    return { ...opened, ports: { ...opened.ports, lambda: told }, close: () => opened.close() };
  };
  const code = async (): Promise<() => CodeFolder | undefined> => {
    await folders.ready();
    return () => folders.readable;
  };
  return {
    /** The learner's folder, as far as it is known. */
    folders,
    /** Where functions are. */
    place: reachable,
    /** Functions were deployed, changed or removed, by a command or a chapter. */
    onDidChangeFunctions: functionsChanged.event,
    /** Asks for a folder and copies the starter kit into it. */
    start: () => start(),
    /** The services, with targets that know the learner's folder. */
    services: {
      ...services,
      openTarget: async (...[info]: Parameters<WorkshopServices['openTarget']>) =>
        equipped(services.openTarget(info, await code())),
      openProfileTarget: async (...[profile]: Parameters<WorkshopServices['openProfileTarget']>) =>
        equipped(services.openProfileTarget(profile, await code())),
    } satisfies WorkshopServices,
    commands: {
      [COMMANDS.startWorkshop]: (uri?: unknown) => start(uri instanceof vscode.Uri ? uri : undefined),
      [COMMANDS.openStepCode]: (address?: unknown) => steps.open(address),
      [COMMANDS.diffStepCode]: (address?: unknown) => steps.diff(address),
      [COMMANDS.applyStepCode]: (address?: unknown) => steps.apply(address),
      [COMMANDS.undoStepCode]: (address?: unknown) => steps.undo(address),
      ...functionCommands({ folders, target: reachable, callerOf, deployer, log, tail, texts, start: () => start() }),
    },
    disposable: vscode.Disposable.from(folders, tail, log, texts, problems, onSave, functionsChanged),
    close: async () => target?.close(),
  };
}
