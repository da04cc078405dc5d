import fs from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { CodedError } from '../../base/errors';
import type { RetryPolicy } from '../../core/bank/occ-retry';
import type { RunPlan, Workload } from '../../core/stress/contract';
import { parseSeconds } from '../../core/stress/duration';
import { parseDistribution, parseRate, parseStage, parseWeights } from '../../core/stress/notation';
import { lengthOf, normalizePlan, PLAN_LIMITS } from '../../core/stress/plan';
import { namedRetry, planOfData, type PartialPlan } from '../../core/stress/plan-file';
import { ORDER_WEIGHTS, presetsFor, stressPreset } from '../../core/stress/presets';
import { retryPolicy, RETRY_POLICIES } from '../../core/stress/retry-policies';
import { usageError } from '../failure';
import { reasonOf } from '../given-file';
import { wholeNumber } from '../whole-number';

/** What `stress` takes for its plan, as the command line has it. */
export interface StressPlanOptions {
  preset?: string;
  plan?: string;
  name?: string;
  workload?: string;
  function?: string;
  retry?: string;
  history?: boolean;
  transferShare?: string;
  weights?: string;
  calls?: string;
  inFlight?: string;
  batches?: boolean;
  rate?: string;
  stage?: string[];
  duration?: string;
  warmup?: string;
  maxDuration?: string;
  giveUpAfter?: string;
  accounts?: string;
  amount?: string;
  distribution?: string;
  workers?: string;
  seed?: string;
  threshold?: string[];
  abortOnFail?: boolean;
  balanceEvery?: string;
  transport?: 'lean' | 'sdk';
}

const MARGIN_SECONDS = 60;
const DEFAULT_LIMIT_SECONDS = 7_200;
const DEFAULT_CALLS = 10_000;
const DEFAULT_SQL_IN_FLIGHT = 64;
const DEFAULT_IN_FLIGHT = 1_000;

/** The options that a plan's fields come from. */
const OPTIONS_OF: Readonly<Partial<Record<string, readonly (keyof StressPlanOptions)[]>>> = {
  calls: ['calls'],
  inFlight: ['inFlight'],
  workers: ['workers'],
  accounts: ['accounts'],
  amount: ['amount'],
  seed: ['seed'],
  maxDurationSeconds: ['maxDuration'],
  warmupSeconds: ['warmup'],
  balanceEverySeconds: ['balanceEvery'],
  giveUpAfterSeconds: ['giveUpAfter'],
  durationSeconds: ['duration'],
  ratePerSecond: ['rate', 'stage'],
  'durationSeconds of a stage': ['duration', 'stage'],
  'seconds of all stages': ['duration', 'stage'],
  'number of stages': ['stage'],
  'number of thresholds': ['threshold'],
  transferShare: ['transferShare'],
  weights: ['weights'],
  'weights.create': ['weights'],
  'weights.get': ['weights'],
  'weights.range': ['weights'],
  'distribution.accounts': ['distribution'],
  'distribution.share': ['distribution'],
  'distribution.exponent': ['distribution'],
};

/** The plan that a preset, a plan file and the options say together; each goes over what is before it. */
export function planOfOptions(options: StressPlanOptions): RunPlan {
  const base = { ...presetPlan(options.preset), ...filePlan(options.plan) };
  const given = optionPlan(options, base);
  const merged: PartialPlan = { ...base, ...given };
  // an open loop asked for goes before a closed one of the preset or the file, and the other way round
  if (given.stages) delete merged.durationSeconds;
  if (given.stages) delete merged.batches;
  if (given.durationSeconds !== undefined) delete merged.stages;
  const paced = given.stages !== undefined || given.durationSeconds !== undefined;
  // the limit of a preset or a file is that of its own pace
  if (paced && given.maxDurationSeconds === undefined) delete merged.maxDurationSeconds;
  if (options.abortOnFail && !merged.thresholds?.length)
    throw usageError('--abort-on-fail without a threshold', 'Say what must hold: --threshold "p99<50ms".');
  return withDefaults(merged);
}

/**
 * The plan that the options say, checked. @throws CodedError `USAGE`; `STRESS_PLAN_INVALID`, in the words of the option that was given, else of
 * the plan's field; `STRESS_THRESHOLD_INVALID`
 */
export function checkedPlan(options: StressPlanOptions, maxConnections: number | undefined): RunPlan {
  const plan = planOfOptions(options);
  try {
    return normalizePlan(plan, maxConnections);
  } catch (error) {
    const { code, details } = error as CodedError;
    const [field, allowed] = [String(details?.field), String(details?.allowed)];
    const name = (OPTIONS_OF[field] ?? []).find(each => options[each] !== undefined);
    if (name === undefined) throw error;
    const flag = `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
    const whole = name !== 'stage' && /^[a-z]+$/i.test(field);
    const of = !whole ? ` for ${field}` : field.endsWith('Seconds') ? ', in seconds' : '';
    throw new CodedError(code, `${flag} is "${[options[name]].flat().join(', ')}"`, {
      nextStep: `Allowed${of}: ${allowed}.`,
    });
  }
}

/** Whether the number of calls in flight is left to the default. */
export const leavesInFlight = ({ inFlight, preset, plan }: StressPlanOptions): boolean =>
  inFlight === undefined && preset === undefined && plan === undefined;

function presetPlan(id: string | undefined): PartialPlan {
  if (id === undefined) return {};
  const preset = stressPreset(id);
  if (preset) return preset.plan;
  throw usageError(
    `there is no preset "${id}"`,
    `Presets: ${presetsFor('command-line')
      .map(({ id: known, title }) => `${known} (${title})`)
      .join('; ')}.`,
  );
}

function filePlan(file: string | undefined): PartialPlan {
  if (file === undefined) return {};
  const text = readText(file);
  const plan = planOfData(parsed(text, file));
  const { workload } = plan;
  if (workload?.type !== 'custom') return plan;
  return { ...plan, workload: { ...workload, module: path.resolve(path.dirname(file), workload.module) } };
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`the plan ${file} cannot be read: ${reasonOf(error)}`, 'Name a JSON or YAML file.');
  }
}

function parsed(text: string, file: string): unknown {
  try {
    // every JSON text is a YAML text too
    return parseYaml(text);
  } catch (error) {
    throw new CodedError('STRESS_PLAN_INVALID', `${file} is neither JSON nor YAML: ${(error as Error).message}`, {
      nextStep: 'Correct the plan file; dsql-workshop stress --help names what a plan can say.',
      cause: error,
    });
  }
}

/** What the options say, and nothing else. */
function optionPlan(options: StressPlanOptions, base: PartialPlan): PartialPlan {
  const whole = (name: string, value: string | undefined): number | undefined =>
    value === undefined ? undefined : wholeNumber(name, value);
  const seconds = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : parseSeconds(value);
  const plan: PartialPlan = {
    name: options.name,
    workload: workloadOf(options, base.workload),
    calls: whole('--calls', options.calls),
    inFlight: whole('--in-flight', options.inFlight),
    batches: options.batches,
    ...paceOf(options),
    warmupSeconds: seconds(options.warmup),
    maxDurationSeconds: seconds(options.maxDuration),
    giveUpAfterSeconds: seconds(options.giveUpAfter),
    accounts: whole('--accounts', options.accounts),
    amount: whole('--amount', options.amount),
    distribution: options.distribution === undefined ? undefined : parseDistribution(options.distribution),
    workers: whole('--workers', options.workers),
    seed: whole('--seed', options.seed),
    thresholds: options.threshold,
    abortOnFail: options.abortOnFail,
    balanceEverySeconds: seconds(options.balanceEvery),
    transport: options.transport,
  };
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));
}

/**
 * `--rate` with `--duration`, or `--stage`s: an open loop; `--duration` alone: a closed one for that long. Values that cannot be read are told
 * before those that do not go together.
 */
function paceOf({ batches, ...given }: StressPlanOptions): Pick<PartialPlan, 'stages' | 'durationSeconds'> {
  const rate = given.rate === undefined ? undefined : parseRate(given.rate);
  const stage = given.stage?.map(parseStage);
  const duration = given.duration === undefined ? undefined : parseSeconds(given.duration);
  if (rate !== undefined && stage)
    throw usageError('--rate and --stage exclude each other', 'Give the rate in the stages.');
  if (stage && duration !== undefined)
    throw usageError('--stage and --duration exclude each other', 'Give each stage its duration.');
  if (batches && (stage ?? rate) !== undefined)
    throw usageError('--batches beside a rate', 'Leave one of them out: at a rate calls start by the clock.');
  if (stage) return { stages: stage };
  if (rate !== undefined) {
    if (duration === undefined)
      throw usageError('--rate without --duration', 'Say for how long: --rate 100 --duration 30s.');
    return { stages: [{ ratePerSecond: rate, durationSeconds: duration }] };
  }
  return duration === undefined ? {} : { durationSeconds: duration };
}

function workloadOf(options: StressPlanOptions, base: Workload | undefined): Workload | undefined {
  const { retry, history, transferShare, weights } = options;
  const name = options.workload ?? shortName(base) ?? 'lambda';
  const before = base !== undefined && (options.workload === undefined || shortName(base) === name) ? base : undefined;
  const changed = [options.workload, options.function, retry, history, transferShare, weights].some(
    each => each !== undefined,
  );
  if (!changed) return base;
  refuseStrangers(options, name);
  const policy =
    retry === undefined ? (before && 'retry' in before ? before.retry : namedRetry('full-jitter')) : policyOf(retry);
  const kept = before && 'recordHistory' in before ? before.recordHistory : undefined;
  const recordHistory = history ?? kept ?? false;
  switch (name) {
    case 'lambda':
      return {
        type: 'lambda-transfer',
        functionName: options.function ?? (before?.type === 'lambda-transfer' ? before.functionName : 'transfer'),
      };
    case 'sql':
      return { type: 'sql-transfer', retry: policy, recordHistory };
    case 'mix': {
      const share =
        transferShare === undefined ? (before?.type === 'sql-mix' ? before.transferShare : 0.1) : Number(transferShare);
      return { type: 'sql-mix', transferShare: share, retry: policy, recordHistory };
    }
    case 'orders': {
      const usual = before?.type === 'order-service' ? before.weights : ORDER_WEIGHTS;
      return { type: 'order-service', weights: weights === undefined ? usual : parseWeights(weights), retry: policy };
    }
    default:
      if (before?.type === 'custom') return before;
      return moduleWorkload(name);
  }
}

function policyOf(name: string): RetryPolicy {
  const known = retryPolicy(name);
  if (known) return known.policy;
  throw usageError(
    `there is no retry policy "${name}"`,
    `Policies: ${RETRY_POLICIES.map(({ id, name: is }) => `${id} (${is})`).join('; ')}.`,
  );
}

/** A module of the user's. @throws CodedError of usage where the name is no file of one. */
function moduleWorkload(name: string): Workload {
  if (!/\.[cm]?[jt]s$/.test(name))
    throw usageError(
      `there is no workload "${name}"`,
      'Workloads: lambda, sql, mix, orders, or the file of a module of yours.',
    );
  const module = path.resolve(name);
  if (!fs.existsSync(module))
    throw usageError(`there is no module ${module}`, 'Name a file whose default export has a function "call".');
  return { type: 'custom', module };
}

function shortName(workload: Workload | undefined): string | undefined {
  switch (workload?.type) {
    case undefined:
      return undefined;
    case 'lambda-transfer':
      return 'lambda';
    case 'sql-transfer':
      return 'sql';
    case 'sql-mix':
      return 'mix';
    case 'order-service':
      return 'orders';
    case 'custom':
      return workload.module;
  }
}

/** What nothing was said about. */
function withDefaults(plan: PartialPlan): RunPlan {
  const workload: Workload = plan.workload ?? { type: 'lambda-transfer', functionName: 'transfer' };
  const overSql = workload.type !== 'lambda-transfer';
  const scheduled = lengthOf(plan);
  const calls = plan.calls ?? (scheduled === undefined ? DEFAULT_CALLS : PLAN_LIMITS.calls);
  return {
    name: workload.type,
    calls,
    inFlight: Math.min(calls, overSql ? DEFAULT_SQL_IN_FLIGHT : DEFAULT_IN_FLIGHT),
    workers: 2,
    accounts: 1_000,
    amount: 1,
    seed: 1,
    maxDurationSeconds:
      scheduled === undefined
        ? DEFAULT_LIMIT_SECONDS
        : Math.min(scheduled + MARGIN_SECONDS, PLAN_LIMITS.maxDurationSeconds),
    transport: 'lean',
    ...plan,
    workload,
  };
}

/** Options of one workload beside another: whoever gives them expects them to count. */
function refuseStrangers(options: StressPlanOptions, workload: string): void {
  const owners: [keyof StressPlanOptions, string, readonly string[], string][] = [
    ['function', '--function', ['lambda'], 'Leave it out, or add --workload lambda.'],
    ['retry', '--retry', ['sql', 'mix', 'orders'], 'A function brings its own retries: add --workload sql.'],
    ['history', '--history', ['sql', 'mix'], 'A function brings its own history: add --workload sql.'],
    ['transferShare', '--transfer-share', ['mix'], 'Leave it out, or add --workload mix.'],
    ['weights', '--weights', ['orders'], 'Leave it out, or add --workload orders.'],
  ];
  for (const [option, flag, workloads, nextStep] of owners) {
    if (options[option] !== undefined && !workloads.includes(workload))
      throw usageError(`${flag} is of the workload ${workloads.join(' or ')}, this one is ${workload}`, nextStep);
  }
}
