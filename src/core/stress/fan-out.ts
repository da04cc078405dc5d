/** A run made by many load generators inside Lambda: who makes what, how it ramps up, what it needs and costs. Pure: numbers before anything runs. */
import { CodedError } from '../../base/errors';
import { count, counted } from '../../base/number-text';
import { GENERATOR_FUNCTION } from '../lambda/names';
import type { RunPlan } from './contract';
import { ASSUMED_CALL, assumedLambdaPrice, lambdaPrice } from './cost';
import { lengthOf, normalizePlan, PLAN_LIMITS, split } from './plan';

/** Bounds of the services a fanned-out run meets. */
export interface FanOutQuotas {
  /** Executions of Lambda functions at a time, of those that are free for this run ("Concurrent executions", default 1,000). */
  lambdaConcurrency: number;
  /** Environments Lambda adds to one function in ten seconds. */
  lambdaScalingPer10Seconds: number;
  /** Connections a DSQL cluster takes. */
  connections: number;
  /** New connections a second, once the burst is used up; and the burst. */
  connectionsPerSecond: number;
  connectionBurst: number;
}

/** Sources: "Lambda quotas" and "Lambda scaling behavior" in the Lambda developer guide; "Quotas" in the Aurora DSQL user guide. */
export const AWS_QUOTAS: FanOutQuotas = {
  lambdaConcurrency: 1_000,
  lambdaScalingPer10Seconds: 1_000,
  connections: 10_000,
  connectionsPerSecond: 100,
  connectionBurst: 1_000,
};

/** One vCPU; more is of no use to one event loop. */
export const GENERATOR_MEMORY_MB = 1_769;
/** Lambda ends an invocation after 15 minutes. */
export const LAMBDA_MAX_SECONDS = 900;
/** What the last calls of a leg get to end in. */
const LEG_RESERVE_SECONDS = 60;
/**
 * Results arrive, and a stop takes effect, between two legs: nobody can reach a function that runs, and a flag in the user's database or
 * more rights for its role are not ours to take. So a leg is short by default: what a stopped run leaves behind ends within it.
 */
const DEFAULT_LEG_SECONDS = 10;
/** As many as a plan may have workers. */
const MAX_GENERATORS = PLAN_LIMITS.workers;
/** As one process does it, see `PLAN_LIMITS.sqlInFlight`. */
const MAX_CONNECTIONS_PER_GENERATOR = 1_000;

/** How many generators a run is fanned out to, and for how long each is invoked at a time. */
export interface FanOutSize {
  generators: number;
  /** Seconds of one invocation, at most 840; default 10, more where a leg opens more connections than the cluster takes in 10. */
  legSeconds?: number;
}

/** What else a fanned-out run is given. */
export interface FanOutOptions extends FanOutSize {
  quotas?: FanOutQuotas;
  /** Nothing is billed on the laptop. */
  billed: boolean;
}

/** One generator's part. */
export interface GeneratorShare {
  calls: number;
  inFlight: number;
  /** It begins so long after the run's start, so that connections and executions are not asked for faster than they are given. */
  startDelayMs: number;
}

/** A figure for the user, in the order in which they matter. */
export interface FanOutRow {
  label: string;
  value: string;
}

/** A fanned-out run, before it runs. */
export interface FanOutPlan {
  shares: GeneratorShare[];
  legSeconds: number;
  /** Seconds until the last generator has begun. */
  rampSeconds: number;
  /** Executions of Lambda functions at a time. */
  concurrency: number;
  /** Connections to the database at a time. */
  connections: number;
  rows: FanOutRow[];
}

/**
 * Checks what needs no answer of the account: that a run can be fanned out so at all. Rejects with `STRESS_FANOUT_INVALID`, and as `normalizePlan` does.
 */
export function checkFanOut(plan: RunPlan, size: FanOutSize): void {
  const { generators } = size;
  const legSeconds = legSecondsOf(plan, size);
  if (!Number.isSafeInteger(generators) || generators < 1 || generators > MAX_GENERATORS)
    throw invalid(`${generators} generators`, `Ask for 1 to ${MAX_GENERATORS}.`);
  const longest = LAMBDA_MAX_SECONDS - LEG_RESERVE_SECONDS;
  if (!(legSeconds >= 1 && legSeconds <= longest))
    throw invalid(`legs of ${legSeconds} s`, `A leg lasts 1 to ${longest} s: Lambda ends an invocation after 900.`);
  if (plan.workload.type === 'custom')
    throw invalid(
      'a workload of your own module',
      'Run it on this machine: generators in Lambda know the product’s own workloads only.',
    );
  if (plan.inFlight < generators || plan.calls < generators)
    throw invalid(
      `${generators} generators for ${plan.inFlight} in flight`,
      'Ask for at most as many as there are calls in flight.',
    );
  const [inFlight = 1] = split(plan.inFlight, generators);
  if (!invokes(plan) && inFlight > MAX_CONNECTIONS_PER_GENERATOR)
    throw invalid(
      `${inFlight} connections a generator`,
      `Use at least ${Math.ceil(plan.inFlight / MAX_CONNECTIONS_PER_GENERATOR)} generators: each opens at most ${MAX_CONNECTIONS_PER_GENERATOR}.`,
    );
  const [calls = 1] = split(plan.calls, generators);
  // each share is a plan that one process could run
  normalizePlan({ ...plan, calls, inFlight, workers: 1 });
}

/** Of generators that open connections each leg opens its own: it is as long as the cluster takes to accept them, where nobody said how long. */
function legSecondsOf(plan: RunPlan, { legSeconds }: FanOutSize, quotas = AWS_QUOTAS): number {
  const opening = invokes(plan) ? 0 : Math.ceil(plan.inFlight / quotas.connectionsPerSecond);
  return legSeconds ?? Math.max(DEFAULT_LEG_SECONDS, opening);
}

const invokes = ({ workload }: Pick<RunPlan, 'workload'>): boolean => workload.type === 'lambda-transfer';

/** Seconds of a run, at most. */
const longestOf = (plan: RunPlan): number => Math.min(plan.maxDurationSeconds, lengthOf(plan) ?? Infinity);

/** Legs of each generator at a time: of a schedule the next one begins while the last calls of the one before are out. */
const legsAtOnce = (plan: RunPlan, size: FanOutSize): number =>
  plan.stages && longestOf(plan) > legSecondsOf(plan, size) ? 2 : 1;

/** Executions that the generators take at a time. */
export const generatorExecutions = (plan: RunPlan, size: FanOutSize): number =>
  size.generators * legsAtOnce(plan, size);

/** The most calls in flight that leave executions for the generators, of so many at a time; no bound where the calls invoke no function. */
export const mostInFlight = (plan: RunPlan, size: FanOutSize, executions: number): number =>
  invokes(plan) ? executions - generatorExecutions(plan, size) : Infinity;

/** Plans a run over `options.generators` invocations of the load generator. Rejects as `checkFanOut` does, and for what does not fit the quotas. */
export function planFanOut(plan: RunPlan, options: FanOutOptions): FanOutPlan {
  checkFanOut(plan, options);
  const { generators, quotas = AWS_QUOTAS } = options;
  const legSeconds = legSecondsOf(plan, options, quotas);
  const inFlights = split(plan.inFlight, generators);
  const calls = split(plan.calls, generators);
  const concurrency = generatorExecutions(plan, options) + (invokes(plan) ? plan.inFlight : 0);
  if (concurrency > quotas.lambdaConcurrency) {
    const most = mostInFlight(plan, options, quotas.lambdaConcurrency);
    const fewer = most < generators ? 'fewer generators' : `at most ${count(most)} calls in flight`;
    throw invalid(
      `${count(concurrency)} executions at a time`,
      `The account allows ${count(quotas.lambdaConcurrency)}: ask for ${fewer}, or raise "Concurrent executions" in Service Quotas.`,
    );
  }
  // one connection a call in flight: of the generator, or of the environment that runs the invoked function
  const connections = plan.inFlight * (invokes(plan) ? 1 : legsAtOnce(plan, options));
  if (connections > quotas.connections)
    throw invalid(
      `${count(connections)} connections`,
      `A cluster takes ${count(quotas.connections)}: ask for fewer calls in flight, or raise the quota.`,
    );
  if (!invokes(plan) && longestOf(plan) > legSeconds && plan.inFlight > legSeconds * quotas.connectionsPerSecond)
    throw invalid(
      `legs of ${legSeconds} s`,
      `Each leg opens its ${count(plan.inFlight)} connections anew, and the cluster opens ${count(quotas.connectionsPerSecond)} a second: ask for legs of at least ${count(Math.ceil(plan.inFlight / quotas.connectionsPerSecond))} s, or fewer calls in flight.`,
    );
  // a schedule is its own ramp
  const delays = plan.stages ? inFlights.map(() => 0) : startDelays(inFlights, invokes(plan), quotas);
  const rampSeconds = (delays.at(-1) ?? 0) / 1000;
  const shares = inFlights.map((inFlight, i) => ({ calls: calls[i] ?? 0, inFlight, startDelayMs: delays[i] ?? 0 }));
  const figures = { shares, legSeconds, rampSeconds, concurrency, connections };
  return { ...figures, rows: describe(plan, figures, quotas, options) };
}

/** A generator begins when its connections are within burst and rate; what it invokes scales by its own rule, too. */
function startDelays(inFlights: readonly number[], byFunction: boolean, quotas: FanOutQuotas): number[] {
  const { connectionBurst, connectionsPerSecond, lambdaScalingPer10Seconds } = quotas;
  let asked = 0;
  return inFlights.map(inFlight => {
    asked += inFlight;
    const byConnections = Math.max(0, asked - connectionBurst) / connectionsPerSecond;
    const byScaling = byFunction
      ? (Math.max(0, asked - lambdaScalingPer10Seconds) / lambdaScalingPer10Seconds) * 10
      : 0;
    return Math.round(Math.max(byConnections, byScaling) * 1000);
  });
}

function describe(
  plan: RunPlan,
  figures: Omit<FanOutPlan, 'rows'>,
  quotas: FanOutQuotas,
  options: FanOutOptions,
): FanOutRow[] {
  const { shares, legSeconds, rampSeconds, concurrency, connections } = figures;
  const first = shares[0] as GeneratorShare;
  const legs = Math.ceil(longestOf(plan) / legSeconds);
  const generators = generatorExecutions(plan, options);
  const beside = legsAtOnce(plan, options) > 1 ? ', beside those of the one before' : '';
  const anew = legs > 1 ? `, anew in each leg${beside}` : '';
  const at = invokes(plan) ? 'opened by the invoked function' : `opened by the generators${anew}`;
  return [
    {
      label: 'Generators',
      value: `${counted(shares.length, 'function')} of ${count(GENERATOR_MEMORY_MB)} MB, ${count(first.calls)} calls and ${count(first.inFlight)} in flight each`,
    },
    {
      label: 'Legs',
      value: `at most ${count(legs)} of ${legSeconds} s each; figures arrive, second by second, at the end of each; a leg under way when the run is stopped goes on for at most as long`,
    },
    {
      label: 'Lambda concurrency',
      value: `${count(concurrency)} of ${count(quotas.lambdaConcurrency)}${invokes(plan) ? `: ${count(generators)} for generators, ${count(plan.inFlight)} for calls` : ''}`,
    },
    { label: 'Database connections', value: `${count(connections)} of ${count(quotas.connections)}, ${at}` },
    {
      label: 'Ramp',
      value: plan.stages
        ? `as the stages say; beyond ${count(quotas.connectionBurst)} connections the cluster opens ${count(quotas.connectionsPerSecond)} a second`
        : rampSeconds === 0
          ? `none: within the burst of ${count(quotas.connectionBurst)} connections`
          : `${count(Math.ceil(rampSeconds))} s: ${count(quotas.connectionBurst)} connections at once, then ${count(quotas.connectionsPerSecond)} a second`,
    },
    ...(plan.batches
      ? [{ label: 'Batches', value: 'each generator waits for its own calls, not for the others' }]
      : []),
    {
      label: 'Cost of Lambda, at most',
      value: options.billed ? costText(plan, shares.length, legs) : 'none on the local cluster',
    },
    {
      label: 'Permissions',
      value: `you: lambda:GetAccountSettings, lambda:CreateFunction, lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration, lambda:GetFunctionConfiguration, lambda:InvokeFunction, iam:PassRole; the generators’ role: ${invokes(plan) ? 'lambda:InvokeFunction' : 'dsql:DbConnectAdmin'}`,
    },
    {
      label: 'Afterwards',
      value: `${GENERATOR_FUNCTION} stays deployed and costs nothing while idle; remove-function and the teardown remove it`,
    },
  ];
}

function costText(plan: RunPlan, generators: number, legs: number): string {
  const generating = lambdaPrice(generators * legs, generators * longestOf(plan), GENERATOR_MEMORY_MB / 1024);
  const invoked = invokes(plan) ? assumedLambdaPrice(plan.calls) : 0;
  const { seconds: took, memoryGb } = ASSUMED_CALL;
  const assumed = invokes(plan)
    ? `, of which ${usd(invoked)} for ${count(plan.calls)} calls of ${took * 1000} ms at ${memoryGb * 1024} MB`
    : '';
  return `${usd(generating + invoked)} in us-east-1${assumed}; the database is billed besides`;
}

const usd = (value: number): string => `$${value.toFixed(value < 1 ? 4 : 2)}`;

function invalid(what: string, nextStep: string): CodedError {
  return new CodedError('STRESS_FANOUT_INVALID', `the run cannot be fanned out with ${what}`, { nextStep });
}
