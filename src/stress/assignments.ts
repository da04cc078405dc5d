import { CodedError } from '../base/errors';
import type { RunPlan } from '../core/stress/contract';
import { split } from '../core/stress/plan';
import { workerSeed } from '../core/stress/random';
import type { Assignment, AssignmentMemory, DatabaseTarget, Drive, LambdaTarget, Pace } from '../protocol/stress';

/** One worker's share, without the memory it writes to. */
export type Share = Omit<Assignment, AssignmentMemory>;

/** Where a run goes: the database always, for the audits; the Lambda API for Lambda workloads. */
export interface StressTarget {
  lambda?: LambdaTarget;
  database: DatabaseTarget;
  /** Data directory of a local cluster, where both are its own: a run hears at once when that is stopped or dies. */
  dataDir?: string;
}

/**
 * Connections to the functions of a local cluster, over all workers, about: it runs fewer at a time, and computes no faster for more of them. Anywhere
 * else, on this machine too, every call in flight has its own, so that it is in flight there and not here: what is measured is how long they take there.
 */
const LOCAL_CLUSTER_CONNECTIONS = 64;

/** The workers' shares of a normalized plan; `customFile` is the bundle of a user's module. Rejects with `STRESS_TARGET_INCOMPLETE` for a Lambda workload without a Lambda target. */
export function assignments(plan: RunPlan, target: StressTarget, customFile?: string): Share[] {
  const calls = callsOf(plan);
  // as many for each: a worker with more of them would end before the others, and take its calls in flight with it
  const connections = Math.ceil(
    (target.dataDir === undefined ? plan.inFlight : LOCAL_CLUSTER_CONNECTIONS) / plan.workers,
  );
  return split(plan.inFlight, plan.workers).map((inFlight, i) => ({
    drive: driveOf(plan, target, Math.max(1, Math.min(connections, inFlight)), customFile),
    pace: paceOf(plan),
    worker: i,
    workers: plan.workers,
    distribution: plan.distribution ?? { type: 'uniform' },
    warmupMs: (plan.warmupSeconds ?? 0) * 1000,
    calls: calls[i] ?? 0,
    inFlight,
    accounts: plan.accounts,
    amount: plan.amount,
    seed: workerSeed(plan.seed, i),
  }));
}

/** In batches each whole batch is split as the calls in flight are, so that all workers have parts of the same batches. */
function callsOf({ calls, inFlight, workers, batches }: RunPlan): number[] {
  if (!batches) return split(calls, workers);
  const rest = split(calls % inFlight, workers);
  const whole = Math.floor(calls / inFlight);
  return split(inFlight, workers).map((part, i) => whole * part + (rest[i] ?? 0));
}

/** Sockets that a worker opens. */
export const connectionsOf = (assignment: Share): number =>
  assignment.drive.type === 'lambda' ? assignment.drive.connections : assignment.inFlight;

function paceOf(plan: RunPlan): Pace {
  if (plan.stages) return { type: 'open', stages: plan.stages };
  const { durationSeconds } = plan;
  return {
    type: 'closed',
    batches: plan.batches ?? false,
    ...(durationSeconds === undefined ? {} : { durationMs: durationSeconds * 1000 }),
  };
}

function driveOf(plan: RunPlan, target: StressTarget, connections: number, customFile: string | undefined): Drive {
  const { workload } = plan;
  const { database, lambda } = target;
  switch (workload.type) {
    case 'sql-transfer':
    case 'sql-mix': {
      const { retry, recordHistory = false } = workload;
      const share = workload.type === 'sql-mix' ? { transferShare: workload.transferShare } : {};
      return { type: 'sql', retry, recordHistory, target: database, ...share };
    }
    case 'order-service':
      return { type: 'orders', retry: workload.retry, weights: workload.weights, target: database };
    case 'custom':
      if (customFile === undefined) throw new Error('the module has not been bundled');
      return { type: 'custom', file: customFile, options: workload.options ?? {}, database, lambda };
    case 'lambda-transfer': {
      if (!lambda) throw incomplete();
      const { functionName } = workload;
      return { type: 'lambda', functionName, transport: plan.transport, connections, target: lambda };
    }
  }
}

function incomplete(): CodedError {
  return new CodedError(
    'STRESS_TARGET_INCOMPLETE',
    'the workload invokes a function, but the target has no Lambda API',
    { nextStep: 'Choose a target with a Lambda endpoint or Region, or run the transfers directly over SQL.' },
  );
}
