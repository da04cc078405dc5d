/** Each kind of call of each command fails once, in each way; what the user is told is held to what helps. */
import { createStyle } from '../terminal/style';
import type { AwsBreakdown, AwsCall, AwsFault } from '../../local/aws/contract';
import type { Console } from '../console';
import { EXIT } from '../exit-codes';
import { runCommandLine } from '../program';
import type { FaultScenario } from './fault-scenarios';
import type { Stage } from './stage';

/** Ways in which a call fails. */
export type FaultKind = 'refused' | 'conflict' | 'throttled' | 'failed' | 'silence' | 'lost';

export const FAULT_KINDS: readonly FaultKind[] = ['refused', 'conflict', 'throttled', 'failed', 'silence', 'lost'];

/** What came of one fault. */
export interface FaultOutcome {
  command: string;
  /** `dsql CreateCluster` */
  call: string;
  fault: FaultKind;
  exitCode: number;
  /** Standard error: progress, then the failure. */
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
  wanted: (call: string, fault: FaultKind) => boolean = () => true,
): Promise<FaultOutcome[]> {
  const outcomes: FaultOutcome[] = [];
  await withEnvironment({ ...stage.env, ...PACE }, async () => {
    for (const scenario of scenarios) {
      for (const args of scenario.prepare?.(stage) ?? []) await command(args, stage);
      for (const call of scenario.calls)
        for (const fault of FAULT_KINDS) {
          signal.throwIfAborted();
          // a function may run for 15 minutes
          if ((fault === 'silence' && call === 'lambda Invoke') || !wanted(call, fault)) continue;
          const outcome = await meet(scenario, call, fault, stage);
          outcomes.push(outcome);
          onOutcome(outcome);
        }
    }
  });
  return outcomes;
}

async function meet(scenario: FaultScenario, call: string, fault: FaultKind, stage: Stage): Promise<FaultOutcome> {
  for (const args of scenario.before?.(stage) ?? []) await command(args, stage);
  const args = scenario.args(stage);
  let met = false;
  const matches = ({ service, operation }: AwsCall): boolean => {
    if (`${service} ${operation}` !== call) return false;
    met = true;
    return true;
  };
  stage.aws.failNext(matches, faultOf(fault, call));
  const { exitCode, told } = await command(args, stage);
  stage.aws.clearFaults();
  const left = scenario.leaves?.(stage) ?? '';
  const problems = met
    ? judge({ call, fault, exitCode, told, left, goesOn: scenario.goesOn ?? [] }, stage)
    : ['it was not sent'];
  return { command: args.slice(0, 2).join(' '), call, fault, exitCode, told, problems };
}

interface Told {
  call: string;
  fault: FaultKind;
  exitCode: number;
  told: string;
  /** What was made before it failed. */
  left: string;
  goesOn: readonly string[];
}

/** What is wrong with what the user was told. */
function judge({ call, fault, exitCode, told, left, goesOn }: Told, { info }: Stage): string[] {
  const problems: string[] = [];
  if ([info.admin, info.lambdaRole].some(({ secretAccessKey }) => told.includes(secretAccessKey)))
    problems.push('a secret was told');
  const [, failure] = /(?:^|\n)error: ([\s\S]*)$/.exec(told) ?? [];
  const again = fault === 'throttled' || fault === 'failed' || fault === 'silence' || fault === 'lost';
  const once = call === 'lambda Invoke';
  if (exitCode === EXIT.ok) {
    if (fault === 'refused' && !goesOn.includes(call)) problems.push('refused, and it went on as if nothing was');
    return problems;
  }
  if (again && !once) problems.push('was not tried again');
  if (failure === undefined) return [...problems, 'it failed without saying why'];
  if (failure.trim().split('\n').length < 2) problems.push('no next step');
  if (fault === 'refused' && !failure.includes(actionOf(call))) problems.push(`${actionOf(call)} is not named`);
  if (!failure.includes(left)) problems.push(`${left} was made and is not named`);
  if (fault === 'lost' && !/may have|whether/i.test(failure)) problems.push('not told that it may have been done');
  return problems;
}

/** The IAM action of a call. */
function actionOf(call: string): string {
  const [service = '', operation = ''] = call.split(' ');
  if (call === 'lambda Invoke') return 'lambda:InvokeFunction';
  const prefix: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag' };
  return `${prefix[service] ?? service}:${operation}`;
}

/** In the words of each service. Names and states: the errors of its model. */
function faultOf(kind: FaultKind, call: string): AwsFault | AwsBreakdown {
  const [service = ''] = call.split(' ');
  const lambda = service === 'lambda';
  const xml = service === 'sts' || service === 'iam' || service === 'cloudformation';
  switch (kind) {
    case 'silence':
    case 'lost':
      return kind;
    case 'refused': {
      const message = `User: arn:aws:iam::000000000000:user/learner is not authorized to perform: ${actionOf(call)}`;
      return { status: 403, code: xml ? 'AccessDenied' : 'AccessDeniedException', message };
    }
    case 'conflict':
      return lambda
        ? { status: 409, code: 'ResourceConflictException', message: 'An update is in progress for resource.' }
        : { status: 409, code: 'ConflictException', message: 'The resource is being changed.' };
    case 'throttled':
      return lambda
        ? { status: 429, code: 'TooManyRequestsException', message: 'Rate exceeded' }
        : { status: 429, code: xml ? 'Throttling' : 'ThrottlingException', message: 'Rate exceeded' };
    case 'failed':
      return lambda
        ? { status: 500, code: 'ServiceException', message: 'An error occurred.' }
        : { status: 500, code: 'InternalServerException', message: 'An error occurred.' };
  }
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
