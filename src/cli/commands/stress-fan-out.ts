import { GENERATOR_FUNCTION } from '../../core/lambda/names';
import { AWS_QUOTAS, checkFanOut, generatorExecutions, mostInFlight, type FanOutSize } from '../../core/stress/fan-out';
import type { RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import { checkIamArn } from '../../core/roles/plan';
import { parseSeconds } from '../../core/stress/duration';
import type { StressTarget } from '../../stress/controller';
import { prepareFanOut, runFannedOut } from '../../stress/remote/run';
import { lambdaConcurrency } from '../../node/lambda/quota';
import type { Target } from '../../node/target';
import type { Console } from '../console';
import { usageError } from '../failure';
import { wholeNumber } from '../whole-number';

/** Options of `stress` that send a run to Lambda. */
export interface FanOutCliOptions {
  generators?: string;
  leg?: string;
  generatorRole?: string;
}

/** A run from this machine opens at most what one process may; one from Lambda what the cluster takes. */
export const connectionLimit = ({ generators }: FanOutCliOptions): number | undefined =>
  generators === undefined ? undefined : AWS_QUOTAS.connections;

/** How many generators make a plan's run, and how long their legs are; nothing when it is made from this machine. */
export function fanOutOf({ generators, leg, generatorRole }: FanOutCliOptions, plan: RunPlan): FanOutSize | undefined {
  if (generators === undefined) {
    for (const [flag, value] of [
      ['--leg', leg],
      ['--generator-role', generatorRole],
    ])
      if (value !== undefined)
        throw usageError(`${flag} without --generators`, `Add --generators, or leave ${flag} out.`);
    return undefined;
  }
  const size: FanOutSize = {
    generators: wholeNumber('--generators', generators),
    ...(leg !== undefined && { legSeconds: parseSeconds(leg) }),
  };
  checkFanOut(plan, size);
  if (generatorRole !== undefined) checkIamArn(generatorRole);
  return size;
}

/**
 * The plan with as many calls in flight as the account has executions for beside the generators, where nobody said how many; says so. Less than
 * one for each generator is left to be refused.
 */
export async function fittedInFlight(
  plan: RunPlan,
  lambda: NonNullable<StressTarget['lambda']>,
  fanOut: FanOutSize,
  console: Console,
): Promise<RunPlan> {
  const executions = await lambdaConcurrency(lambda);
  const most = mostInFlight(plan, fanOut, executions);
  if (plan.inFlight <= most || most < fanOut.generators) return plan;
  const text = (value: number): string => value.toLocaleString('en');
  console.stderr.write(
    `${text(most)} calls in flight: the account allows ${text(executions)} executions at a time, and ${text(generatorExecutions(plan, fanOut))} are the generators'. --in-flight asks for another number.\n`,
  );
  return { ...plan, inFlight: most };
}

/** Prints what a fanned-out run needs and costs, before it begins. */
export async function showFanOut(
  plan: RunPlan,
  target: StressTarget,
  fanOut: FanOutSize & { billed: boolean },
  console: Console,
): Promise<void> {
  const { rows } = await prepareFanOut(plan, target, fanOut);
  const width = Math.max(...rows.map(({ label }) => label.length));
  const { dim } = console.errorStyle;
  const lines = rows.map(({ label, value }) => `${dim(label.padEnd(width))}  ${value}`);
  console.stderr.write(`${lines.join('\n')}\n`);
}

/** Runs the plan from generators in Lambda. */
export function runFromLambda(
  plan: RunPlan,
  stressTarget: StressTarget,
  fanOut: FanOutSize,
  { target, role, console }: { target: Target; role?: string; console: Console },
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  return runFannedOut(
    plan,
    stressTarget,
    {
      ...fanOut,
      billed: target.kind === 'aws',
      roleArn: role ?? target.lambda.generatorRoleArn ?? target.lambda.roleArn,
      functionName: target.lambda.functionPrefix + GENERATOR_FUNCTION,
      onProgress: text => console.stderr.write(`${console.errorStyle.dim(text)}\n`),
    },
    onSnapshot,
    signal,
  );
}
