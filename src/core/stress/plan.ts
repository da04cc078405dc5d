import { CodedError } from '../../base/errors';
import type { RunPlan, Workload } from './contract';
import type { RetryPolicy } from '../bank/occ-retry';
import { GIVE_UP_AFTER_SECONDS } from './outage';
import { parseThreshold } from './thresholds';

/** Bounds of a plan: what one generator process can do, and what keeps a slip of the keyboard from becoming a bill. */
export const PLAN_LIMITS = {
  calls: 100_000_000,
  inFlight: 20_000,
  workers: 64,
  accounts: 2_147_483_647,
  amount: 1_000_000,
  maxDurationSeconds: 24 * 60 * 60,
  /** `sql-transfer` opens one connection per call in flight; DSQL's burst of new connections is 1,000. */
  sqlInFlight: 1_000,
  ratePerSecond: 1_000_000,
  stages: 100,
  zipfExponent: 10,
  thresholds: 50,
  retryAttempts: 1_000,
} as const;

/**
 * Checks a plan and cuts workers and in-flight calls to what the number of calls can use. Rejects with `STRESS_PLAN_INVALID`; `details` say
 * which `field`, and what is `allowed` for it.
 */
export function normalizePlan(plan: RunPlan, maxConnections: number = PLAN_LIMITS.sqlInFlight): RunPlan {
  integer('calls', plan.calls, 1, PLAN_LIMITS.calls);
  integer('inFlight', plan.inFlight, 1, PLAN_LIMITS.inFlight);
  integer('workers', plan.workers, 1, PLAN_LIMITS.workers);
  integer('accounts', plan.accounts, 2, PLAN_LIMITS.accounts);
  integer('amount', plan.amount, 1, PLAN_LIMITS.amount);
  integer('seed', plan.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkWorkload(plan.workload, plan.inFlight, maxConnections);
  checkPace(plan);
  positive('maxDurationSeconds', plan.maxDurationSeconds, PLAN_LIMITS.maxDurationSeconds);
  checkDistribution(plan);
  const { thresholds = [], warmupSeconds = 0, balanceEverySeconds = 0 } = plan;
  const { giveUpAfterSeconds = GIVE_UP_AFTER_SECONDS } = plan;
  upTo('warmupSeconds', warmupSeconds, plan.maxDurationSeconds);
  checkLength(plan, warmupSeconds);
  upTo('balanceEverySeconds', balanceEverySeconds, PLAN_LIMITS.maxDurationSeconds);
  upTo('giveUpAfterSeconds', giveUpAfterSeconds, PLAN_LIMITS.maxDurationSeconds);
  integer('number of thresholds', thresholds.length, 0, PLAN_LIMITS.thresholds);
  for (const threshold of thresholds) parseThreshold(threshold);
  const inFlight = Math.min(plan.inFlight, plan.calls);
  return { ...plan, inFlight, workers: Math.min(plan.workers, inFlight) };
}

function checkWorkload(workload: Workload, inFlight: number, maxConnections: number): void {
  switch (workload.type) {
    case 'lambda-transfer':
      if (workload.functionName === '') throw invalid('functionName', '""', 'the name of a function');
      return;
    case 'custom':
      if (workload.module === '') throw invalid('module', '""', 'the file of a module');
      return;
    case 'sql-transfer':
      break;
    case 'sql-mix':
      upTo('transferShare', workload.transferShare, 1);
      break;
    case 'order-service': {
      const { create, get, range } = workload.weights;
      for (const [name, weight] of Object.entries({ create, get, range }))
        upTo(`weights.${name}`, weight, Number.MAX_SAFE_INTEGER);
      if (create + get + range === 0) throw invalid('weights', 'all 0', 'a weight above 0');
      break;
    }
  }
  checkRetry(workload.retry);
  integer('inFlight', inFlight, 1, maxConnections);
}

function checkRetry({ maxAttempts, baseDelayMs, maxDelayMs, jitter }: RetryPolicy): void {
  integer('retry.maxAttempts', maxAttempts, 1, PLAN_LIMITS.retryAttempts);
  if (!(baseDelayMs >= 0)) throw invalid('retry.baseDelayMs', baseDelayMs, '0 or more');
  if (!(maxDelayMs >= 0)) throw invalid('retry.maxDelayMs', maxDelayMs, '0 or more');
  upTo('retry.jitter', jitter, 1);
}

/** Rates and times of an open or a closed loop. */
function checkPace({ stages, durationSeconds, batches }: RunPlan): void {
  if (durationSeconds !== undefined) positive('durationSeconds', durationSeconds, PLAN_LIMITS.maxDurationSeconds);
  if (!stages) return;
  if (batches) throw invalid('batches', batches, 'absent together with stages');
  if (durationSeconds !== undefined) throw invalid('durationSeconds', durationSeconds, 'absent together with stages');
  integer('number of stages', stages.length, 1, PLAN_LIMITS.stages);
  for (const { ratePerSecond, durationSeconds: seconds } of stages) {
    upTo('ratePerSecond', ratePerSecond, PLAN_LIMITS.ratePerSecond);
    positive('durationSeconds of a stage', seconds, PLAN_LIMITS.maxDurationSeconds);
  }
  upTo('seconds of all stages', lengthOf({ stages }) ?? 0, PLAN_LIMITS.maxDurationSeconds);
  if (stages.every(({ ratePerSecond }) => ratePerSecond === 0))
    throw invalid('ratePerSecond', 0, 'above 0 in one of the stages');
}

/** What rounding may add to a sum of seconds. */
const ROUNDING_SECONDS = 1e-6;

/** A run whose length is known ends before its hard stop, and after its warm-up. */
function checkLength({ maxDurationSeconds, ...plan }: RunPlan, warmupSeconds: number): void {
  const seconds = lengthOf(plan);
  if (seconds === undefined) return;
  if (seconds > maxDurationSeconds + ROUNDING_SECONDS)
    throw invalid('maxDurationSeconds', maxDurationSeconds, `at least ${seconds}, the length of the run`);
  if (warmupSeconds >= seconds)
    throw invalid('warmupSeconds', warmupSeconds, `less than ${seconds}, the length of the run`);
}

/** Seconds of a run that ends by the clock. */
export const lengthOf = ({ stages, durationSeconds }: Partial<RunPlan>): number | undefined =>
  stages?.reduce((sum, stage) => sum + stage.durationSeconds, 0) ?? durationSeconds;

function checkDistribution({ distribution, accounts }: RunPlan): void {
  if (distribution?.type === 'hot-set') {
    integer('distribution.accounts', distribution.accounts, 1, accounts);
    upTo('distribution.share', distribution.share, 1);
  }
  if (distribution?.type === 'zipf') positive('distribution.exponent', distribution.exponent, PLAN_LIMITS.zipfExponent);
}

/** Splits `total` into `parts` whole shares that differ by at most one and add up to it. */
export function split(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor(total / parts) + (i < total % parts ? 1 : 0));
}

function integer(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw invalid(name, value, `a whole number from ${min} to ${max}`);
}

function upTo(name: string, value: number, max: number): void {
  if (!(value >= 0 && value <= max)) throw invalid(name, value, `from 0 to ${max}`);
}

function positive(name: string, value: number, max: number): void {
  if (!(value > 0 && value <= max)) throw invalid(name, value, `more than 0, at most ${max}`);
}

function invalid(name: string, value: unknown, allowed: string): CodedError {
  return new CodedError('STRESS_PLAN_INVALID', `the run plan's ${name} is ${String(value)}`, {
    nextStep: `Allowed for ${name}: ${allowed}.`,
    details: { field: name, allowed },
  });
}
