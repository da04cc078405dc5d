import { billedTransactionDpu, estimateStatementDpu, totalDpu } from '../cost/dpu';
import { priceOf } from '../cost/prices';
import type { RunPlan } from '../stress/contract';
import { count } from './number-text';

/** Compute of a transfer's statements together, as EXPLAIN ANALYZE VERBOSE on AWS showed point updates: about 2 ms each. */
const TRANSFER_COMPUTE_MS = 5;
/** Lambda in us-east-1, x86, seen 2026-09: a million requests, and a GB-second. */
const LAMBDA_USD_PER_MILLION = 0.2;
const LAMBDA_USD_PER_GB_SECOND = 0.0000166667;
const FUNCTION_GB = 0.5;
const FUNCTION_SECONDS = 0.03;

/** What runs cost on AWS, roughly. */
export interface RunCost {
  calls: number;
  dpu: number;
  usd: number;
  /** One sentence that names what was assumed. */
  text: string;
}

/** The most calls a plan can make. */
export function mostCalls({ calls, stages }: RunPlan): number {
  if (!stages) return calls;
  let before = 0;
  let starts = 0;
  for (const { ratePerSecond, durationSeconds, approach } of stages) {
    starts += (approach === 'ramp' ? (before + ratePerSecond) / 2 : ratePerSecond) * durationSeconds;
    before = ratePerSecond;
  }
  return Math.min(calls, Math.ceil(starts));
}

/** An estimate, not the bill: minimums of a transaction, no conflicts, free tier not taken off. */
export function estimateCost(plans: readonly RunPlan[], region: string): RunCost {
  const transfer = totalDpu(
    billedTransactionDpu([
      estimateStatementDpu({ computeMs: TRANSFER_COMPUTE_MS, readBytes: 256, writeBytes: 3 * 128 }),
    ]),
  );
  let calls = 0;
  let dpu = 0;
  let lambdaUsd = 0;
  for (const plan of plans) {
    const most = mostCalls(plan);
    calls += most;
    dpu += most * transfer;
    if (plan.workload.type === 'lambda-transfer')
      lambdaUsd +=
        (most / 1e6) * LAMBDA_USD_PER_MILLION + most * FUNCTION_GB * FUNCTION_SECONDS * LAMBDA_USD_PER_GB_SECOND;
  }
  const price = priceOf(dpu, region);
  const usd = price.usd + lambdaUsd;
  const basis = price.confirmed ? region : `${price.price.region}, as the price of ${region} is not known`;
  return {
    calls,
    dpu,
    usd,
    text: `At most ${count(calls)} calls: about ${count(dpu)} DPU${lambdaUsd > 0 ? ' and their Lambda time' : ''}, roughly ${dollars(usd)} (prices of ${basis}; free tier not taken off; conflicts and retries come on top).`,
  };
}

const dollars = (usd: number): string => (usd < 0.01 ? 'less than 1 US cent' : `${usd.toFixed(2)} US dollars`);
