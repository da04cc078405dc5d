import { CodedError } from '../../base/errors';
import type { RunPlan } from './contract';

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
} as const;

/** Checks a plan and cuts workers and in-flight calls to what the number of calls can use. Rejects with `STRESS_PLAN_INVALID`. */
export function normalizePlan(plan: RunPlan): RunPlan {
  integer('calls', plan.calls, 1, PLAN_LIMITS.calls);
  integer('inFlight', plan.inFlight, 1, PLAN_LIMITS.inFlight);
  integer('workers', plan.workers, 1, PLAN_LIMITS.workers);
  integer('accounts', plan.accounts, 2, PLAN_LIMITS.accounts);
  integer('amount', plan.amount, 1, PLAN_LIMITS.amount);
  integer('seed', plan.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (!(plan.maxDurationSeconds > 0 && plan.maxDurationSeconds <= PLAN_LIMITS.maxDurationSeconds))
    throw invalid(
      'maxDurationSeconds',
      plan.maxDurationSeconds,
      `more than 0, at most ${PLAN_LIMITS.maxDurationSeconds}`,
    );
  if (plan.workload.type === 'sql-transfer') {
    const { maxAttempts, baseDelayMs, maxDelayMs, jitter } = plan.workload.retry;
    integer('retry.maxAttempts', maxAttempts, 1, 1_000);
    if (!(baseDelayMs >= 0)) throw invalid('retry.baseDelayMs', baseDelayMs, '0 or more');
    if (!(maxDelayMs >= 0)) throw invalid('retry.maxDelayMs', maxDelayMs, '0 or more');
    if (!(jitter >= 0 && jitter <= 1)) throw invalid('retry.jitter', jitter, 'from 0 to 1');
    integer('inFlight', plan.inFlight, 1, PLAN_LIMITS.sqlInFlight);
  } else if (plan.workload.type === 'lambda-transfer' && plan.workload.functionName === '') {
    throw invalid('functionName', '""', 'the name of a function');
  }
  const inFlight = Math.min(plan.inFlight, plan.calls);
  return { ...plan, inFlight, workers: Math.min(plan.workers, inFlight) };
}

/** Splits `total` into `parts` whole shares that differ by at most one and add up to it. */
export function split(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor(total / parts) + (i < total % parts ? 1 : 0));
}

function integer(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw invalid(name, value, `a whole number from ${min} to ${max}`);
}

function invalid(name: string, value: unknown, allowed: string): CodedError {
  return new CodedError('STRESS_PLAN_INVALID', `the run plan's ${name} is ${String(value)}, allowed is ${allowed}`, {
    nextStep: `Set ${name} to ${allowed}.`,
  });
}
