import type { FunctionSettings, FunctionState } from '../../core/lambda/admin';
import { functionMissing } from '../../core/lambda/errors';
import { MANAGED_CONCURRENCY } from '../../core/lambda/managed-instances';
import {
  changedSettings,
  changedVariables,
  concurrencyOf,
  isVariableName,
  isWithin,
  MEMORY_MB,
  TIMEOUT_SECONDS,
  type AskedSettings,
  type Bounds,
} from '../../core/lambda/settings';
import { announce } from '../announce';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { lambdaOf } from './functions';

/** Options as the command line has them. */
export interface ConfigureOptions {
  memory?: string;
  timeout?: string;
  concurrency?: string;
  env?: string[];
  unset?: string[];
  yes?: boolean;
}

/** What a command line asks for. @throws CodedError of a wrong command line */
export function settingsAsked({ memory, timeout, concurrency, env = [], unset = [] }: ConfigureOptions): AskedSettings {
  if ([memory, timeout, concurrency].every(text => text === undefined) && env.length + unset.length === 0)
    throw usageError(
      'nothing is asked to be changed',
      'Give --memory, --timeout, --concurrency, --env NAME=value or --unset NAME.',
    );
  const set = env.map(variableGiven);
  const removed = unset.map(name => nameGiven(name, '--unset'));
  const both = removed.find(name => set.some(([known]) => known === name));
  if (both !== undefined) throw usageError(`${both} is both set and removed`, 'Leave out one of the two.');
  return {
    ...(memory !== undefined && { memoryMb: numberGiven(memory, '--memory', MEMORY_MB) }),
    ...(timeout !== undefined && { timeoutSeconds: numberGiven(timeout, '--timeout', TIMEOUT_SECONDS) }),
    ...(concurrency !== undefined && {
      concurrency: numberGiven(concurrency, '--concurrency', MANAGED_CONCURRENCY),
    }),
    variables: Object.fromEntries([...set, ...removed.map(name => [name, undefined] as const)]),
  };
}

/** `configure-function <function>`: tells what it changed. */
export async function configure(
  name: string,
  asked: AskedSettings,
  openTarget: OpenTarget,
  { yes }: Pick<ConfigureOptions, 'yes'>,
  console: Console,
): Promise<ExitCode> {
  const target = await openTarget();
  if (asked.concurrency !== undefined && target.kind === 'aws')
    throw usageError(
      `--concurrency is of local functions, and “${target.name}” is in AWS`,
      'Managed instances need a capacity provider in your VPC: make one, and a function on it, in the Lambda console.',
    );
  await announce('configure', target, { functionName: name, ...(yes !== undefined && { yes }) }, console);
  const { lambda, dispose } = lambdaOf(target);
  const interrupt = new Interrupt();
  try {
    const whole = target.lambda.functionPrefix + name;
    const state = await lambda.describe(whole);
    if (!state) throw functionMissing(whole);
    const settings = changedSettings(state, asked);
    const changes = changeTexts(state, settings);
    if (changes.length === 0) {
      console.stdout.write(`${whole} is set so already.\n`);
      return EXIT.ok;
    }
    const progress = (text: string): void => void console.stderr.write(`${console.errorStyle.dim(text)}\n`);
    await lambda.configure(whole, settings, progress, interrupt.signal);
    console.stdout.write(`${whole}: ${changes.join(', ')}\n`);
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    dispose();
  }
}

function changeTexts(
  state: FunctionState,
  { memoryMb, timeoutSeconds, environment, managedInstances }: FunctionSettings,
): string[] {
  return [
    ...(memoryMb === undefined ? [] : [`memory ${state.memoryMb} → ${memoryMb} MiB`]),
    ...(timeoutSeconds === undefined ? [] : [`timeout ${state.timeoutSeconds} → ${timeoutSeconds} s`]),
    ...(managedInstances === undefined
      ? []
      : [`invocations at a time ${concurrencyOf(state) ?? 'chosen by Lambda'} → ${managedInstances.maxConcurrency}`]),
    ...(environment === undefined
      ? []
      : changedVariables(state.environment, environment).map(({ name, how }) => `${name} ${how}`)),
  ];
}

function numberGiven(text: string, flag: string, bounds: Bounds): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (isWithin(value, bounds)) return value;
  throw usageError(`${flag} is "${text}"`, `A whole number from ${bounds.min} to ${bounds.max}.`);
}

function variableGiven(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  // the value may be a secret: only what stands before it is told
  if (at < 0) throw usageError('--env without a value', 'Give NAME=value; --unset NAME removes a variable.');
  return [nameGiven(text.slice(0, at), '--env'), text.slice(at + 1)];
}

function nameGiven(name: string, flag: string): string {
  if (isVariableName(name)) return name;
  throw usageError(
    `${flag}: "${name}" is no name of a variable`,
    'Two or more letters, digits and underscores, a letter first.',
  );
}
