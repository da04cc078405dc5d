/** Each kind of call of each command fails, in each way; what the user is told is held to what helps. */
import { createStyle } from '../terminal/style';
import type { AwsCall } from '../../local/aws/contract';
import type { Console } from '../console';
import { runCommandLine } from '../program';
import { judge } from './fault-judge';
import { canFail, FAULT_KINDS, faultOf, isLasting, type FaultKind } from './fault-kinds';
import type { FaultScenario } from './fault-scenario';
import type { Stage } from './stage';

/** What came of one fault. */
export interface FaultOutcome {
  command: string;
  /** `dsql CreateCluster` */
  call: string;
  fault: FaultKind;
  exitCode: number;
  /** Standard error: progress, then the failure; of a command that reports, its report. */
  told: string;
  /** None when what was told is what helps. */
  problems: string[];
}

/** Short, so that an API that never answers is given up before a person would notice; the rehearsal's only. */
const PACE = { DSQL_WORKSHOP_AWS_TIMEOUT_MS: '1000', DSQL_WORKSHOP_AWS_POLL_MS: '5' };

/** Runs the scenarios in this process, with the stage's environment. Never rejects for what a command does. */
export async function rehearseFaults(
  stage: Stage,
  scenarios: readonly FaultScenario[],
  onOutcome: (outcome: FaultOutcome) => void,
  signal: AbortSignal,
  wanted: (call: string, fault: FaultKind, scenario: string) => boolean = () => true,
): Promise<FaultOutcome[]> {
  const outcomes: FaultOutcome[] = [];
  await withEnvironment({ ...stage.env, ...PACE }, async () => {
    for (const scenario of scenarios) {
      const faults = scenario.calls.flatMap(call =>
        FAULT_KINDS.filter(
          fault => canFail(call, fault) && isNew(scenario, call, fault) && wanted(call, fault, scenario.id),
        ).map(fault => ({
          call,
          fault,
        })),
      );
      for (const args of scenario.prepare?.(stage) ?? []) await command(args, stage);
      for (const { call, fault } of faults) {
        signal.throwIfAborted();
        const outcome = await meet(scenario, call, fault, stage);
        outcomes.push(outcome);
        onOutcome(outcome);
      }
    }
  });
  return outcomes;
}

/** What stays is waited for long: once for each service of a command, whose calls all go through the same client. */
function isNew({ calls }: FaultScenario, call: string, fault: FaultKind): boolean {
  const [service = ''] = call.split(' ');
  return !fault.startsWith('always') || calls.find(each => each.startsWith(`${service} `)) === call;
}

async function meet(scenario: FaultScenario, call: string, fault: FaultKind, stage: Stage): Promise<FaultOutcome> {
  const { reports = false, goesOn = [], once = [], warns } = scenario;
  for (const args of scenario.before?.(stage) ?? []) await command(args, stage);
  scenario.arrange?.(stage);
  const args = scenario.args(stage);
  let met = false;
  const matches = ({ service, operation }: AwsCall): boolean => {
    if (`${service} ${operation}` !== call) return false;
    met = true;
    return true;
  };
  stage.aws.failNext(matches, faultOf(fault, call), isLasting(fault) ? Infinity : 1);
  const { exitCode, told, out } = await command(args, stage);
  stage.aws.clearFaults();
  const left = (await scenario.leaves?.(stage)) ?? [];
  const problems = met
    ? judge({ ...{ call, fault, exitCode, told, out, reports, left, goesOn, warns, once } }, stage.info)
    : ['it was not sent'];
  if (scenario.goesOnAfter) problems.push(...(await goOn(scenario.goesOnAfter, args, stage)));
  const said = reports && !told.includes('error: ') ? out : told;
  return { command: args.slice(0, 2).join(' '), call, fault, exitCode, told: said, problems };
}

/** The same command once more, when nothing fails any longer: it must bring to an end what was begun. */
async function goOn(
  still: NonNullable<FaultScenario['goesOnAfter']>,
  args: readonly string[],
  stage: Stage,
): Promise<string[]> {
  const { exitCode, told, out } = await command(args, stage);
  if (exitCode !== 0) return [`run again, it failed: ${told}${out}`];
  const names = await still(stage);
  return names.length === 0 ? [] : [`run again, it left ${names.join(', ')}`];
}

/** Runs a command in this process, to the end. */
async function command(
  args: readonly string[],
  stage: Stage,
): Promise<{ exitCode: number; told: string; out: string }> {
  let told = '';
  let out = '';
  const style = createStyle({ isTTY: false, env: {} });
  const console: Console = {
    stdout: { isTTY: false, columns: 100, write: text => void (out += text) },
    stderr: { isTTY: false, columns: 100, write: text => void (told += text) },
    ...{ style, errorStyle: style, env: stage.env },
  };
  return { exitCode: await runCommandLine(args, console), told, out };
}
/** The SDK reads its settings from the process's environment: for a while it is the stage's. */
async function withEnvironment(env: NodeJS.ProcessEnv, work: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  const put = (next: NodeJS.ProcessEnv): void => {
    for (const name of Object.keys(process.env)) if (!(name in next)) delete process.env[name];
    Object.assign(process.env, next);
  };
  put(env);
  try {
    await work();
  } finally {
    put(before);
  }
}
