import type { StressForm } from '../../protocol/stress-form';
import type { RateStage, RunPlan, Workload } from '../stress/contract';
import type { RetryPolicy } from '../bank/occ-retry';
import { GIVE_UP_AFTER_SECONDS } from '../stress/outage';
import { ORDER_WEIGHTS } from '../stress/presets';
import { RETRY_POLICIES, retryPolicy } from '../stress/retry-policies';
import { ALL_POLICIES, overSql } from './form';
import { thresholdsOf } from './threshold-text';

/** Names of the functions that the sidebar deploys, by handler; the chapters' own `transfer` is left alone. */
export const STRESS_FUNCTIONS = {
  'with-retries': 'stress-transfer-with-retries',
  'without-retries': 'stress-transfer-without-retries',
  'with-history': 'stress-transfer-with-history',
} as const;

/** The function that a form's Lambda workload calls. */
const functionOf = (form: StressForm): string =>
  form.handler === 'named' ? form.functionName : STRESS_FUNCTIONS[form.handler];

/** The run plans of a form without problems: one, or one for each retry policy. */
export function plansOfForm(form: StressForm): RunPlan[] {
  if (overSql(form) && form.retryPolicy === ALL_POLICIES)
    return RETRY_POLICIES.map(({ id, policy }) => planOf(form, policy, `${form.name.trim()}: ${id}`));
  return [planOf(form, retryPolicy(form.retryPolicy)?.policy ?? noRetry(), form.name.trim())];
}

function planOf(form: StressForm, retry: RetryPolicy, name: string): RunPlan {
  const number = (value: number | null): number => value ?? 0;
  const thresholds = thresholdsOf(form.thresholds);
  const open = form.loop === 'open';
  const duration = number(form.durationSeconds);
  return {
    name,
    workload: workloadOf(form, retry),
    calls: number(form.calls),
    inFlight: number(form.inFlight),
    ...(open && { stages: stagesOf(form) }),
    ...(!open && duration > 0 && { durationSeconds: duration }),
    ...(!open && form.batches && { batches: true }),
    ...(number(form.warmupSeconds) > 0 && { warmupSeconds: number(form.warmupSeconds) }),
    ...(form.choice === 'zipf' && { distribution: { type: 'zipf', exponent: number(form.zipfExponent) } as const }),
    ...(form.choice === 'hot-set' && {
      distribution: {
        type: 'hot-set',
        accounts: number(form.hotAccounts),
        share: number(form.hotPercent) / 100,
      } as const,
    }),
    ...(thresholds.length > 0 && { thresholds }),
    ...(form.abortOnFail && thresholds.length > 0 && { abortOnFail: true }),
    balanceEverySeconds: number(form.balanceEverySeconds),
    workers: number(form.workers),
    accounts: number(form.accounts),
    amount: number(form.amount),
    seed: number(form.seed),
    maxDurationSeconds: number(form.maxDurationSeconds),
    ...(form.giveUpAfterSeconds !== GIVE_UP_AFTER_SECONDS && { giveUpAfterSeconds: number(form.giveUpAfterSeconds) }),
    transport: form.transport,
  };
}

function workloadOf(form: StressForm, retry: RetryPolicy): Workload {
  switch (form.workload) {
    case 'lambda':
      return { type: 'lambda-transfer', functionName: functionOf(form) };
    case 'sql-transfer':
      return { type: 'sql-transfer', retry };
    case 'sql-mix':
      return { type: 'sql-mix', transferShare: (form.transferPercent ?? 0) / 100, retry };
    case 'order-service':
      return { type: 'order-service', weights: ORDER_WEIGHTS, retry };
    case 'custom':
      return { type: 'custom', module: form.module };
  }
}

function stagesOf(form: StressForm): RateStage[] {
  const ratePerSecond = form.ratePerSecond ?? 0;
  const ramp = form.rampSeconds ?? 0;
  const steady = (form.durationSeconds ?? 0) - ramp;
  return [
    ...(ramp > 0 ? [{ ratePerSecond, durationSeconds: ramp, approach: 'ramp' as const }] : []),
    ...(steady > 0 ? [{ ratePerSecond, durationSeconds: steady, approach: 'step' as const }] : []),
  ];
}

const noRetry = (): RetryPolicy => ({ maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 });
