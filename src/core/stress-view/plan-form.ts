import type { StressForm, StressHandler } from '../../protocol/stress-form';
import type { RunPlan } from '../stress/contract';
import { lengthOf } from '../stress/plan';
import { namedPolicyOf } from '../stress/retry-policies';
import { DEFAULT_FORM } from './form';
import { STRESS_FUNCTIONS } from './form-plan';

/** A form that runs a plan again. Stages beyond a ramp and a steady rate are put together to their last rate and their whole length. */
export function formOfPlan(plan: RunPlan, target: string): StressForm {
  const { workload, distribution, stages } = plan;
  const ramp = stages?.[0]?.approach === 'ramp' ? stages[0].durationSeconds : 0;
  return {
    ...DEFAULT_FORM,
    name: plan.name,
    target,
    ...workloadFields(workload),
    loop: stages ? 'open' : 'closed',
    calls: plan.calls,
    inFlight: plan.inFlight,
    batches: plan.batches ?? false,
    ratePerSecond: stages?.at(-1)?.ratePerSecond ?? DEFAULT_FORM.ratePerSecond,
    rampSeconds: ramp,
    durationSeconds: lengthOf(plan) ?? 0,
    warmupSeconds: plan.warmupSeconds ?? 0,
    workers: plan.workers,
    accounts: plan.accounts,
    amount: plan.amount,
    choice: distribution?.type ?? 'uniform',
    ...(distribution?.type === 'zipf' && { zipfExponent: distribution.exponent }),
    ...(distribution?.type === 'hot-set' && {
      hotAccounts: distribution.accounts,
      hotPercent: percentOf(distribution.share),
    }),
    thresholds: (plan.thresholds ?? []).join(', '),
    abortOnFail: plan.abortOnFail ?? false,
    balanceEverySeconds: plan.balanceEverySeconds ?? 0,
    maxDurationSeconds: plan.maxDurationSeconds,
    giveUpAfterSeconds: plan.giveUpAfterSeconds ?? DEFAULT_FORM.giveUpAfterSeconds,
    seed: plan.seed,
    transport: plan.transport,
  };
}

/** Of a share that was a percentage, without what its division left. */
const percentOf = (share: number): number => Math.round(share * 10_000) / 100;

function workloadFields(workload: RunPlan['workload']): Partial<StressForm> {
  switch (workload.type) {
    case 'lambda-transfer': {
      const own = Object.entries(STRESS_FUNCTIONS).find(([, name]) => name === workload.functionName);
      const handler = (own?.[0] ?? 'named') as StressHandler;
      return { workload: 'lambda', handler, ...(!own && { functionName: workload.functionName }) };
    }
    case 'custom':
      return { workload: 'custom', module: workload.module };
    case 'sql-mix':
      return {
        workload: 'sql-mix',
        retryPolicy: namedPolicyOf(workload.retry)?.id ?? DEFAULT_FORM.retryPolicy,
        transferPercent: percentOf(workload.transferShare),
      };
    default:
      return { workload: workload.type, retryPolicy: namedPolicyOf(workload.retry)?.id ?? DEFAULT_FORM.retryPolicy };
  }
}
