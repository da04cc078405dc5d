/** The CDK CLI of the learner's own packages, run in their folder. */
import fs from 'node:fs';
import path from 'node:path';
import { cdkArguments, cdkVariables, commandText } from '../../core/stack/command-line';
import {
  OUTPUTS_FILE,
  STACK_FOLDER,
  stackNames,
  type StackAction,
  type StackOutputs,
  type StackRequest,
} from '../../core/stack/contract';
import { diagnose } from '../../core/stack/diagnosis';
import {
  noProgram,
  notDeployed,
  stackCancelled,
  stackFolderMissing,
  stackPackagesMissing,
} from '../../core/stack/errors';
import { goesToAws } from '../../core/stack/plan';
import { readStackOutputs, withTarget } from '../../core/stack/outputs';
import { writeWhole } from '../files/write-whole';
import { runChild } from './child';
import { missingPackages, packageFolder } from './packages';

/** How the learner's CDK application is run as a child process; a signal ends the child and what it started. */
export interface StackRunOptions {
  /** The workshop folder. */
  directory: string;
  /** What is run, and what it prints. */
  onOutput(text: string): void;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
  /** Colours in what it prints. */
  colours?: boolean;
}

const appFolder = (directory: string): string => path.join(directory, STACK_FOLDER);
const isStack = (directory: string): boolean => fs.existsSync(path.join(appFolder(directory), 'cdk.json'));
const outputsFile = (directory: string): string => path.join(appFolder(directory), OUTPUTS_FILE);

/** @throws CodedError `STACK_FOLDER_MISSING`, `STACK_PACKAGES_MISSING` */
export function requireStack(directory: string): void {
  if (!isStack(directory)) throw stackFolderMissing(directory);
  const missing = missingPackages(directory);
  if (missing.length > 0) throw stackPackagesMissing(directory, missing);
}

/**
 * Runs `cdk synth`, `deploy` or `destroy`. A pair of clusters is deployed twice the first time: each names the other's ARN, which is known
 * after both are there. Nothing is asked here. Rejects with a CodedError that says what to do: of `requireStack`, of `diagnose`, `CANCELLED`.
 * @returns the outputs after a deployment, else nothing
 */
export async function runStack(
  action: StackAction,
  request: StackRequest,
  options: StackRunOptions,
): Promise<StackOutputs[]> {
  const { directory } = options;
  requireStack(directory);
  const peeredBefore = request.twoRegions !== undefined && bothKnown(directory, request);
  await cdk(action, request, options);
  if (action === 'destroy') fs.rmSync(outputsFile(directory), { force: true });
  if (action !== 'deploy') return [];
  if (request.twoRegions && !peeredBefore && bothKnown(directory, request)) {
    options.onOutput('Both clusters are there: the second deployment peers them.\n');
    await cdk(action, request, options);
  }
  const names = stackNames(request);
  return stackOutputs(directory).filter(({ stackName }) => names.includes(stackName));
}

async function cdk(
  action: StackAction,
  request: StackRequest,
  { directory, onOutput, signal, env = process.env, colours }: StackRunOptions,
): Promise<void> {
  if (signal?.aborted) throw stackCancelled(false);
  const cwd = appFolder(directory);
  const args = cdkArguments(action, request);
  onOutput(`${commandText(args)}\n`);
  const cli = path.join(packageFolder(cwd, 'aws-cdk') ?? '', 'bin', 'cdk');
  const { exitCode, output } = await runChild(process.execPath, [cli, ...args], {
    cwd,
    // the editor's own Node counts as one; colours are the CLI's when it is told so, as it has no terminal here
    env: {
      ...env,
      ...cdkVariables(request),
      ELECTRON_RUN_AS_NODE: '1',
      ...(colours ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined }),
    },
    signal,
    onOutput,
  }).catch((error: unknown) => {
    throw noProgram('Node.js', error);
  });
  if (signal?.aborted) throw stackCancelled(goesToAws(action));
  if (exitCode !== 0) throw diagnose(action, output, exitCode);
}

/** Outputs of the last deployment from this folder. @throws CodedError `STACK_FOLDER_MISSING`, `STACK_NOT_DEPLOYED`, `STACK_OUTPUTS_MALFORMED` */
export function stackOutputs(directory: string): StackOutputs[] {
  const file = outputsFile(directory);
  if (!fs.existsSync(file)) throw isStack(directory) ? notDeployed(file) : stackFolderMissing(directory);
  return readStackOutputs(fs.readFileSync(file, 'utf8'), file);
}

function bothKnown(directory: string, request: StackRequest): boolean {
  if (!fs.existsSync(outputsFile(directory))) return false;
  const known = new Set(stackOutputs(directory).map(({ stackName }) => stackName));
  return stackNames(request).every(name => known.has(name));
}

/** Writes a stack as target `name` of the folder's `dsql-workshop.json`. @returns the file. @throws CodedError `STACK_TARGET_NOT_WRITTEN` */
export function saveTarget(directory: string, name: string, stack: StackOutputs, awsProfile?: string): string {
  const file = path.join(directory, 'dsql-workshop.json');
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  const text = withTarget(before, file, name, stack, awsProfile);
  writeWhole(file, text);
  return file;
}
