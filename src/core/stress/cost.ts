import { SERVICE_PRICES } from '../cost/service-prices';
import { billedTransactionDpu, estimateStatementDpu, MIN_ENTRY_BYTES, totalDpu, type StatementWork } from '../cost/dpu';
import { priceOf, type Price } from '../cost/prices';
import { ITEMS_PER_ORDER, ORDERS_OF_A_RANGE } from '../orders/schema';
import type { RunPlan, RunResult, Workload } from './contract';
import { Schedule } from './schedule';

/** What a run may cost at most, about. An estimate is not the bill. */
export interface RunCost {
  /** Calls that the plan allows. */
  calls: number;
  dpu: number;
  database: Price;
  /** US dollars for Lambda's requests and duration; 0 without Lambda. */
  lambdaUsd: number;
  usd: number;
  /** What the estimate rests on, in sentences. */
  assumptions: string[];
}

/** Compute of one statement by key in the recordings of April 2026, milliseconds, rounded up. */
const STATEMENT_MS = 2;
/** What a call of the workshop's functions is taken for, while nobody knows: they have 512 MB, and a transfer takes some tens of milliseconds. */
export const ASSUMED_CALL = { memoryGb: 0.5, seconds: 0.05 } as const;

/** US dollars of Lambda for so many requests that ran so many seconds in all, in us-east-1. */
export const lambdaPrice = (requests: number, seconds: number, memoryGb: number): number =>
  (requests * SERVICE_PRICES.lambdaRequest.usd) / 1_000_000 + seconds * memoryGb * SERVICE_PRICES.lambdaDuration.usd;

/** The same for calls of which nobody knows what they take. */
export const assumedLambdaPrice = (calls: number): number =>
  lambdaPrice(calls, calls * ASSUMED_CALL.seconds, ASSUMED_CALL.memoryGb);

/** What a plan may cost at most on AWS, free tiers not taken off. Retries and a user's own code are beyond it. */
export function estimateRunCost(plan: RunPlan, region: string): RunCost {
  const calls = Math.min(plan.calls, plan.stages ? new Schedule(plan.stages).calls : plan.calls);
  // orders leave the bank alone: nobody counts it
  const watched = plan.workload.type !== 'order-service';
  const samples =
    watched && plan.balanceEverySeconds ? Math.ceil(plan.maxDurationSeconds / plan.balanceEverySeconds) : 0;
  const counting = totalDpu(
    estimateStatementDpu({
      computeMs: plan.accounts / 1000,
      readBytes: plan.accounts * MIN_ENTRY_BYTES,
      writeBytes: 0,
    }),
  );
  const audits = watched ? 2 : 0;
  const dpu = calls * dpuOfCall(plan.workload) + (audits + samples) * counting;
  const database = priceOf(dpu, region);
  const lambdaUsd = plan.workload.type === 'lambda-transfer' ? assumedLambdaPrice(calls) : 0;
  return {
    calls,
    dpu,
    database,
    lambdaUsd,
    usd: database.usd + lambdaUsd,
    assumptions: [
      `rows and index entries of up to ${MIN_ENTRY_BYTES} bytes, ${STATEMENT_MS} ms of compute a statement, no retries`,
      ...(lambdaUsd > 0
        ? [`a function of ${ASSUMED_CALL.memoryGb * 1024} MB that takes ${ASSUMED_CALL.seconds * 1000} ms`]
        : []),
      ...(plan.workload.type === 'custom' ? ['what your own code does is counted as one read by key'] : []),
      ...(plan.warmupSeconds && !plan.stages ? ['the calls of the warm-up come on top'] : []),
      ...(samples > 0 ? [`up to ${samples} samples of the sum of balances`] : []),
      ...(database.confirmed ? [] : [`the price of ${database.price.region}: that of ${region} is not known here`]),
    ],
  };
}

/** What a run that is over would have cost on AWS, about: every attempt that got anywhere is counted as a call that went through, those of the warm-up with it. */
export function estimateCostOfRun(
  {
    plan,
    succeeded,
    failed,
    retries,
    elapsedMs,
    errors = {},
    warmup = { started: 0, succeeded: 0, failed: 0 },
  }: Pick<RunResult, 'plan' | 'succeeded' | 'failed' | 'retries' | 'elapsedMs'> &
    Partial<Pick<RunResult, 'errors' | 'warmup'>>,
  region: string,
): RunCost {
  const { connection = 0, dispatch = 0, throttled = 0, auth = 0 } = errors;
  const refused = connection + dispatch + throttled + auth;
  const calls = succeeded + failed - refused + retries + warmup.succeeded + warmup.failed;
  const made = { ...plan, calls, maxDurationSeconds: elapsedMs / 1000 };
  delete made.stages;
  delete made.warmupSeconds;
  return estimateRunCost(made, region);
}

const entry = MIN_ENTRY_BYTES;
const work = (readBytes: number, writeBytes: number): StatementWork => ({
  computeMs: STATEMENT_MS,
  readBytes,
  writeBytes,
});
const READ = work(entry, 0);
const UPDATE = work(entry, entry);
const INSERT = work(0, entry);
const billed = (statements: readonly StatementWork[]): number =>
  totalDpu(billedTransactionDpu(statements.map(estimateStatementDpu)));

function dpuOfCall(workload: Workload): number {
  switch (workload.type) {
    case 'lambda-transfer':
      // a function that records its transfers, to be on the safe side
      return billed([UPDATE, UPDATE, INSERT]);
    case 'sql-transfer':
      return billed(workload.recordHistory ? [UPDATE, UPDATE, INSERT] : [UPDATE, UPDATE]);
    case 'sql-mix': {
      const transfer = dpuOfCall({ ...workload, type: 'sql-transfer' });
      return workload.transferShare * transfer + (1 - workload.transferShare) * billed([READ]);
    }
    case 'order-service': {
      const { create, get, range } = workload.weights;
      // an insert writes the row and its entry in one index
      const insert = work(0, 2 * entry);
      const ofCreate = billed(Array.from({ length: 1 + ITEMS_PER_ORDER }, () => insert));
      const ofRange = billed([work(entry * ORDERS_OF_A_RANGE, 0)]) + ORDERS_OF_A_RANGE * billed([READ]);
      return (create * ofCreate + get * 2 * billed([READ]) + range * ofRange) / (create + get + range);
    }
    case 'custom':
      return billed([READ]);
  }
}
