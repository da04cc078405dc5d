import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { confirmationOf, STACK_FOLDER, type StackOutputs, type StackRequest } from '../../core/stack/contract';
import { stackFolderMissing } from '../../core/stack/errors';
import { stackPlan } from '../../core/stack/plan';
import { stackGuarded, type GuardedCluster } from '../../core/stack/protection';
import { requireAwsProfile } from '../../node/connections/aws-profiles';
import { installPackages } from '../../node/stack/packages';
import { accountOfStack, guardedOfStack, unprotect } from '../../node/stack/protection';
import { requireStack, runStack, saveTarget, stackOutputs } from '../../node/stack/run';
import { agree, agreeByName } from '../agreement';
import { callerLinesOf } from '../caller';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { textTable } from '../terminal/text-table';

export interface StackOptions {
  code: string;
  stackName: string;
  profile?: string;
  region?: string;
  functionPrefix?: string;
  secondRegion?: string;
  witnessRegion?: string;
}

export interface DeployStackOptions extends StackOptions {
  saveTarget?: string;
  yes?: boolean;
  json?: boolean;
}

export interface DestroyStackOptions extends StackOptions {
  /** The name of the stack, where nobody is there to type it. */
  confirm?: string;
  /** Deletion protection may be taken off. */
  unprotect?: boolean;
}

/** `stack synth` */
export async function synth(options: StackOptions, console: Console): Promise<ExitCode> {
  await running('synth', await requestOf(options, console), options, console);
  return EXIT.ok;
}

/** `stack deploy`: tells, asks, deploys, and prints the outputs. */
export async function deploy(options: DeployStackOptions, console: Console): Promise<ExitCode> {
  const request = await requestOf(options, console);
  const directory = path.resolve(options.code);
  requireStack(directory);
  await agree(
    {
      lines: await planLines('deploy', request, directory, console),
      question: `Deploy ${request.stackName}?`,
      code: 'STACK_NOT_AGREED',
      yes: options.yes,
    },
    console,
  );
  const stacks = await running('deploy', request, options, console);
  return show(stacks, directory, options, console);
}

/** `stack destroy`: tells what is lost, and asks for the stack's name. */
export async function destroy(options: DestroyStackOptions, console: Console): Promise<ExitCode> {
  const request = await requestOf(options, console);
  const directory = path.resolve(options.code);
  requireStack(directory);
  const guarded = await interruptible(signal => guardedOfStack(directory, request, signal));
  const lines = await planLines('destroy', request, directory, console, guarded);
  await agreeByName(
    { lines, name: confirmationOf(request), code: 'STACK_NOT_AGREED', given: options.confirm },
    console,
  );
  if (guarded.length > 0) {
    const refusal = stackGuarded(guarded);
    const question = `${refusal.message.replace(/; nothing was changed$/, '')}. Take that off, and destroy it?`;
    await agree({ lines: [], question, code: refusal.code, yes: options.unprotect, refusal }, console);
    const say = (text: string): void => void console.stderr.write(text);
    await interruptible(signal => unprotect(guarded, request, say, signal));
  }
  await running('destroy', request, options, console);
  console.stdout.write(`${request.stackName} is gone.\n`);
  return EXIT.ok;
}

export interface OutputsOptions {
  code: string;
  profile?: string;
  saveTarget?: string;
  json?: boolean;
}

/** `stack outputs` */
export async function outputs(options: OutputsOptions, console: Console): Promise<ExitCode> {
  await requireProfile(options.profile);
  const directory = path.resolve(options.code);
  return show(stackOutputs(directory), directory, options, console);
}

/** `stack install` */
export async function install({ code }: { code: string }, console: Console): Promise<ExitCode> {
  const directory = path.resolve(code);
  if (!fs.existsSync(path.join(directory, STACK_FOLDER))) throw stackFolderMissing(directory);
  await interruptible(signal => installPackages(directory, text => console.stderr.write(text), signal));
  return EXIT.ok;
}

async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new Interrupt();
  try {
    return await work(interrupt.signal);
  } finally {
    interrupt.dispose();
  }
}

async function requestOf(
  { stackName, region, profile, functionPrefix, secondRegion, witnessRegion }: StackOptions,
  { env }: Console,
): Promise<StackRequest> {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw usageError(
      `--stack-name: "${stackName}" is no name of a stack`,
      'Letters, digits and hyphens, a letter first.',
    );
  if ((secondRegion === undefined) !== (witnessRegion === undefined))
    throw usageError(
      '--second-region and --witness-region go together',
      'For example: --region us-east-1 --second-region us-east-2 --witness-region us-west-2',
    );
  if (functionPrefix !== undefined && !/^[A-Za-z0-9_-]{0,50}$/.test(functionPrefix))
    throw usageError(
      `--function-prefix: "${functionPrefix}" is no beginning of a function's name`,
      'Letters, digits, hyphens and underscores, at most 50.',
    );
  await requireProfile(profile);
  return {
    stackName,
    // as the CDK takes it, too; told beforehand, its prices can be
    region: region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
    awsProfile: profile,
    functionPrefix,
    ...(secondRegion !== undefined && witnessRegion !== undefined && { twoRegions: { secondRegion, witnessRegion } }),
  };
}

/** The CDK writes a template without Region and account where the profile is not there. One that is not named is looked for by who calls AWS. */
const requireProfile = async (name: string | undefined): Promise<void> => {
  if (name !== undefined) await requireAwsProfile(name);
};

/** The CDK's output goes to standard error, so that standard output holds the result alone. */
async function running(
  action: 'synth' | 'deploy' | 'destroy',
  request: StackRequest,
  { code }: StackOptions,
  console: Console,
): Promise<StackOutputs[]> {
  return interruptible(signal =>
    runStack(action, request, {
      directory: path.resolve(code),
      onOutput: text => console.stderr.write(text),
      signal,
      env: console.env,
      colours: console.stderr.isTTY && console.env['NO_COLOR'] === undefined,
    }),
  );
}

const planLines = async (
  action: 'deploy' | 'destroy',
  request: StackRequest,
  directory: string,
  { errorStyle }: Console,
  guarded: readonly GuardedCluster[] = [],
): Promise<string[]> => [
  ...(await callerLinesOf(request.awsProfile, request.region, accountOfStack(directory, request))),
  ...stackPlan(action, request, undefined, guarded).sections.flatMap(({ heading, lines }) => [
    errorStyle.bold(heading),
    ...lines.map(line => `  ${line}`),
  ]),
];

function show(
  stacks: readonly StackOutputs[],
  directory: string,
  { json, saveTarget: target, profile }: { json?: boolean; saveTarget?: string; profile?: string },
  console: Console,
): ExitCode {
  if (json) console.stdout.write(`${JSON.stringify({ stacks })}\n`);
  else
    for (const stack of stacks)
      console.stdout.write(
        `${[console.style.bold(stack.stackName), ...textTable(['Output', 'Value'], rowsOf(stack))].join('\n')}\n`,
      );
  if (target !== undefined) {
    const [first] = stacks;
    if (!first)
      throw new CodedError('STACK_TARGET_NOT_WRITTEN', 'there is no stack to write as a target', {
        nextStep: 'Deploy it first: dsql-workshop stack deploy',
      });
    const file = saveTarget(directory, target, first, profile);
    console.stderr.write(`Target "${target}" is in ${file}: dsql-workshop doctor --target ${target}\n`);
  }
  return EXIT.ok;
}

const rowsOf = ({ stackName: _, ...fields }: StackOutputs): string[][] =>
  Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string');
