import { CodedError } from '../../base/errors';
import type { RateStage, RunPlan, Workload } from './contract';
import type { RetryPolicy } from '../bank/occ-retry';
import { parseSeconds } from './duration';
import { parseDistribution, parseStage } from './notation';
import { RETRY_POLICIES, retryPolicy } from './retry-policies';

/** A plan as a file may have it: any of its fields. */
export type PartialPlan = Partial<RunPlan>;

type Fields = Record<string, unknown>;
type Reader = (value: unknown, name: string) => unknown;

/**
 * Reads a plan from data (of JSON or YAML): the fields of a run plan, all optional; durations may be written `10s`, stages `100/s:10s`,
 * the distribution `zipf:1.1`, a retry policy by its name. A kept result is read as the plan that it holds.
 * @throws CodedError `STRESS_PLAN_INVALID`, which names the field
 */
export function planOfData(data: unknown): PartialPlan {
  const fields = object(data, 'text');
  if (fields.format === 'dsql-workshop-stress') return planOfData(fields.plan);
  const plan: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (!read) throw invalid(name, `there is no such field; there are ${Object.keys(READERS).join(', ')}`);
    if (value !== undefined && value !== null) plan[name] = read(value, name);
  }
  return plan;
}

/** The policy of this name. Rejects with `STRESS_PLAN_INVALID`. */
export function namedRetry(name: string): RetryPolicy {
  const found = retryPolicy(name);
  if (found) return found.policy;
  throw invalid('retry', `no policy is called "${name}"; there are ${RETRY_POLICIES.map(({ id }) => id).join(', ')}`);
}

const READERS: Record<string, Reader> = {
  name: text,
  workload: workloadOf,
  calls: number,
  inFlight: number,
  stages: (value, name) => list(value, name).map(stage),
  durationSeconds: seconds,
  batches: flag,
  warmupSeconds: seconds,
  distribution: (value, name) => (typeof value === 'string' ? parseDistribution(value) : distribution(value, name)),
  thresholds: (value, name) => list(value, name).map(each => text(each, name)),
  abortOnFail: flag,
  balanceEverySeconds: seconds,
  workers: number,
  accounts: number,
  amount: number,
  seed: number,
  maxDurationSeconds: seconds,
  giveUpAfterSeconds: seconds,
  transport: (value, name) => oneOf(value, name, ['lean', 'sdk']),
};

function workloadOf(value: unknown): Workload {
  const fields = object(value, 'workload');
  const retry = (): RetryPolicy => {
    const { retry: written = 'none' } = fields;
    if (typeof written === 'string') return namedRetry(written);
    const policy = object(written, 'retry');
    const figures = {
      maxAttempts: number(policy.maxAttempts, 'retry.maxAttempts'),
      baseDelayMs: number(policy.baseDelayMs, 'retry.baseDelayMs'),
      maxDelayMs: number(policy.maxDelayMs, 'retry.maxDelayMs'),
      jitter: number(policy.jitter, 'retry.jitter'),
    };
    const shape = policy.jitterShape;
    return shape === undefined ? figures : { ...figures, jitterShape: oneOf(shape, 'retry.jitterShape', SHAPES) };
  };
  const history =
    fields.recordHistory === undefined ? {} : { recordHistory: flag(fields.recordHistory, 'recordHistory') };
  const type = oneOf(fields.type, 'workload.type', WORKLOADS);
  switch (type) {
    case 'lambda-transfer':
      return { type, functionName: text(fields.functionName, 'functionName') };
    case 'sql-transfer':
      return { type, retry: retry(), ...history };
    case 'sql-mix':
      return { type, transferShare: number(fields.transferShare, 'transferShare'), retry: retry(), ...history };
    case 'order-service': {
      const weights = object(fields.weights, 'weights');
      const weight = (name: string): number => (weights[name] === undefined ? 0 : number(weights[name], name));
      return {
        type,
        weights: { create: weight('create'), get: weight('get'), range: weight('range') },
        retry: retry(),
      };
    }
    case 'custom': {
      const options = fields.options === undefined ? {} : { options: object(fields.options, 'options') };
      return { type, module: text(fields.module, 'module'), ...options };
    }
  }
}

const SHAPES = ['within', 'added', 'added-base'] as const;
const WORKLOADS = ['lambda-transfer', 'sql-transfer', 'sql-mix', 'order-service', 'custom'] as const;

function stage(value: unknown): RateStage {
  if (typeof value === 'string') return parseStage(value);
  const { ratePerSecond, durationSeconds, approach } = object(value, 'stages');
  return {
    ratePerSecond: number(ratePerSecond, 'ratePerSecond'),
    durationSeconds: seconds(durationSeconds, 'durationSeconds'),
    ...(approach === undefined ? {} : { approach: oneOf(approach, 'approach', ['ramp', 'step'] as const) }),
  };
}

function distribution(value: unknown, name: string): RunPlan['distribution'] {
  const { type, accounts, share, exponent } = object(value, name);
  switch (oneOf(type, `${name}.type`, ['uniform', 'hot-set', 'zipf'] as const)) {
    case 'uniform':
      return { type: 'uniform' };
    case 'hot-set':
      return { type: 'hot-set', accounts: number(accounts, `${name}.accounts`), share: number(share, `${name}.share`) };
    case 'zipf':
      return { type: 'zipf', exponent: number(exponent, `${name}.exponent`) };
  }
}

function object(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(name, 'it must be an object');
}

function list(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(name, 'it must be a list');
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw invalid(name, 'it must be a text');
}

function number(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(name, 'it must be a number');
}

function flag(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(name, 'it must be true or false');
}

function seconds(value: unknown, name: string): number {
  return typeof value === 'string' ? parseSeconds(value) : number(value, name);
}

function oneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  const found = allowed.find(each => each === value);
  if (found !== undefined) return found;
  throw invalid(name, `it must be one of ${allowed.join(', ')}`);
}

function invalid(name: string, problem: string): CodedError {
  return new CodedError('STRESS_PLAN_INVALID', `the run plan's ${name} cannot be read: ${problem}`, {
    nextStep: 'Correct the plan file; dsql-workshop stress --help names what a plan can say.',
  });
}
