import { GENERATOR_FUNCTION } from '../../core/aws/names';
import { AWS_QUOTAS } from '../../core/stress/fan-out';
import type { RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import type { StressTarget } from '../../stress/controller';
import { prepareFanOut, runFannedOut } from '../../stress/remote/run';
import type { Target } from '../../node/target';
import type { Console } from '../console';
import { usageError } from '../failure';

/** Options of `stress` that send a run to Lambda. */
export interface FanOutCliOptions {
  generators?: string;
  leg?: string;
  generatorRole?: string;
}

/** A run from this machine opens at most what one process may; one from Lambda what the cluster takes. */
export const connectionLimit = ({ generators }: FanOutCliOptions): number | undefined =>
  generators === undefined ? undefined : AWS_QUOTAS.connections;

/** How many generators, and how long their legs are; nothing when the run is made from this machine. */
export function fanOutOf({
  generators,
  leg,
  generatorRole,
}: FanOutCliOptions): { generators: number; legSeconds?: number } | undefined {
  if (generators === undefined) {
    for (const [flag, value] of [
      ['--leg', leg],
      ['--generator-role', generatorRole],
    ])
      if (value !== undefined)
        throw usageError(`${flag} without --generators`, `Add --generators, or leave ${flag} out.`);
    return undefined;
  }
  if (!/^\d+$/.test(generators))
    throw usageError(`--generators ${generators} is no whole number`, 'Give --generators a number.');
  const legSeconds = leg === undefined ? undefined : seconds(leg);
  return { generators: Number(generators), ...(legSeconds === undefined ? {} : { legSeconds }) };
}

/** Prints what a fanned-out run needs and costs, before it begins. */
export async function showFanOut(
  plan: RunPlan,
  target: StressTarget,
  fanOut: { generators: number; legSeconds?: number; billed: boolean },
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
  fanOut: { generators: number; legSeconds?: number },
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

function seconds(text: string): number {
  const [, figure, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  if (figure === undefined) throw usageError(`--leg is "${text}"`, 'Give a time such as 60s or 5m.');
  return Number(figure) * (unit === 'm' ? 60 : 1);
}
