import { CodedError } from '../base/errors';
import type { RunPlan } from '../core/stress/contract';
import { split } from '../core/stress/plan';
import { workerSeed } from '../core/stress/random';
import type { Assignment, DatabaseTarget, Drive, LambdaTarget } from '../protocol/stress';

/** Where a run goes: the database always, for the audits; the Lambda API for Lambda workloads. */
export interface StressTarget {
  lambda?: LambdaTarget;
  database: DatabaseTarget;
}

/**
 * Lean connections on loopback, over all workers: a laptop's cluster computes no faster for more of them, and each costs memory at both
 * ends. Anywhere else every call in flight has its own, so that it is in flight there and not here.
 */
const LOOPBACK_CONNECTIONS = 64;

/** The workers' shares of a normalized plan. Rejects with `STRESS_TARGET_INCOMPLETE` for a Lambda workload without a Lambda target. */
export function assignments(plan: RunPlan, target: StressTarget): Omit<Assignment, 'counters'>[] {
  const calls = split(plan.calls, plan.workers);
  const connections = split(Math.min(plan.inFlight, connectionLimit(plan, target)), plan.workers);
  return split(plan.inFlight, plan.workers).map((inFlight, i) => ({
    drive: driveOf(plan, target, Math.max(1, connections[i] ?? 1)),
    calls: calls[i] ?? 0,
    inFlight,
    accounts: plan.accounts,
    amount: plan.amount,
    seed: workerSeed(plan.seed, i),
  }));
}

/** Sockets that a worker opens. */
export const connectionsOf = (assignment: Omit<Assignment, 'counters'>): number =>
  assignment.drive.type === 'lambda' ? assignment.drive.connections : assignment.inFlight;

function connectionLimit(plan: RunPlan, target: StressTarget): number {
  if (plan.workload.type !== 'lambda-transfer' || !target.lambda?.endpoint) return plan.inFlight;
  return isLoopback(new URL(target.lambda.endpoint).hostname) ? LOOPBACK_CONNECTIONS : plan.inFlight;
}

function driveOf(plan: RunPlan, target: StressTarget, connections: number): Drive {
  const { workload } = plan;
  if (workload.type === 'sql-transfer')
    return {
      type: 'sql',
      retry: workload.retry,
      recordHistory: workload.recordHistory ?? false,
      target: target.database,
    };
  if (workload.type !== 'lambda-transfer')
    throw new CodedError('STRESS_PLAN_INVALID', `the engine has no workload "${workload.type}"`);
  if (!target.lambda)
    throw new CodedError(
      'STRESS_TARGET_INCOMPLETE',
      'the workload invokes a function, but the target has no Lambda API',
      {
        nextStep: 'Choose a target with a Lambda endpoint or Region, or run the transfers directly over SQL.',
      },
    );
  return {
    type: 'lambda',
    functionName: workload.functionName,
    transport: plan.transport,
    connections,
    target: target.lambda,
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.');
