import type { RunPlan, RunSnapshot } from '../stress/contract';
import { rateText } from '../stress/notation';
import { lengthOf } from '../stress/plan';
import { namedPolicyOf } from '../stress/retry-policies';
import { Schedule } from '../stress/schedule';
import { count, seconds, share } from '../../base/number-text';

/** A plan as name and value, in a fixed order: for people, and for telling whether two runs are of the same configuration. */
export function planFacts(plan: RunPlan, targetName: string): [string, string][] {
  const { workload, distribution, stages } = plan;
  const facts: [string, string | false | undefined][] = [
    ['Target', targetName],
    ['Workload', workloadText(workload)],
    ['Retries', 'retry' in workload && retryText(workload.retry)],
    [
      'Transport',
      workload.type === 'lambda-transfer' &&
        (plan.transport === 'lean' ? 'lean, signed; no call is repeated' : 'AWS SDK, its retries off'),
    ],
    ['Loop', stages ? 'open: starts by the clock' : plan.batches ? 'closed, in batches' : 'closed'],
    ['Rate', stages && stagesText(stages)],
    ['Calls', stages || plan.durationSeconds ? `at most ${count(plan.calls)}` : count(plan.calls)],
    ['In flight', stages ? `at most ${count(plan.inFlight)}` : count(plan.inFlight)],
    ['Duration', plan.durationSeconds !== undefined && seconds(plan.durationSeconds)],
    ['Warm-up', plan.warmupSeconds !== undefined && seconds(plan.warmupSeconds)],
    ['Workers', count(plan.workers)],
    ['Accounts', count(plan.accounts)],
    ['Choice of accounts', distributionText(distribution)],
    ['Amount', count(plan.amount)],
    ['Seed', String(plan.seed)],
    ['Thresholds', plan.thresholds?.join(', ')],
    ['Gives up', giveUpText(plan.giveUpAfterSeconds)],
  ];
  return facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string');
}

/** Nothing where the plan leaves it at what every run does. */
function giveUpText(afterSeconds: number | undefined): string | undefined {
  if (afterSeconds === undefined) return undefined;
  return afterSeconds === 0 ? 'never' : `after ${seconds(afterSeconds)} without a call that gets through`;
}

/** One sentence that says what a run does. */
export function planSummary(plan: RunPlan): string {
  const what = workloadText(plan.workload);
  const over = `${count(plan.accounts)} accounts`;
  if (plan.stages) {
    const last = plan.stages.at(-1);
    const most = plan.calls < new Schedule(plan.stages).calls ? `, but no more than ${count(plan.calls)} calls,` : '';
    return `${rateText(last?.ratePerSecond ?? 0)} a second for ${seconds(longestSeconds(plan))}${most} over ${over}: ${what}.`;
  }
  return `${count(plan.calls)} calls, ${count(plan.inFlight)} in flight, for ${longest(plan)}, over ${over}: ${what}.`;
}

/** What ends a run, in a few words: `1,000,000 calls, at most 10 min`. A schedule ends a run by itself. */
export function planEnd(plan: RunPlan): string | undefined {
  return plan.stages ? undefined : `${count(plan.calls)} calls, ${longest(plan)}`;
}

/**
 * How much of a run is done, 0..1, and of what: of its calls or of its time, whichever is further. Time that only bounds a run counts from its
 * first hundredth on: before the first answers it is always further.
 */
export function planProgress(
  plan: RunPlan,
  { succeeded, failed, elapsedMs }: RunSnapshot,
): { fraction: number; fractionOf: string } {
  // calls of the warm-up come on top, its time does not
  const byCalls = (succeeded + failed) / plan.calls;
  const length = longestSeconds(plan);
  const byTime = elapsedMs / 1_000 / length;
  const bound = lengthOf(plan) === undefined;
  return {
    fraction: Math.min(1, Math.max(byCalls, byTime)),
    fractionOf: byCalls > byTime || (bound && byTime < 0.01) ? `${count(plan.calls)} calls` : seconds(length),
  };
}

const longestSeconds = (plan: RunPlan): number => lengthOf(plan) ?? plan.maxDurationSeconds;

const longest = (plan: RunPlan): string => `at most ${seconds(longestSeconds(plan))}`;

function workloadText(workload: RunPlan['workload']): string {
  switch (workload.type) {
    case 'lambda-transfer':
      return `transfers through the function ${workload.functionName}`;
    case 'sql-transfer':
      return 'transfers over SQL';
    case 'sql-mix':
      return `balances read over SQL, ${share(workload.transferShare)} transfers`;
    case 'order-service':
      return 'order service over SQL';
    case 'custom':
      return `module ${workload.module.split(/[\\/]/).at(-1) ?? workload.module}`;
  }
}

function retryText(retry: Parameters<typeof namedPolicyOf>[0]): string {
  const named = namedPolicyOf(retry);
  if (named) return named.name;
  return `${count(retry.maxAttempts)} tries, ${retry.baseDelayMs} ms doubled up to ${retry.maxDelayMs} ms, jitter ${share(retry.jitter)}`;
}

function stagesText(stages: NonNullable<RunPlan['stages']>): string {
  return stages
    .map(({ ratePerSecond, durationSeconds, approach }) =>
      approach === 'ramp'
        ? `growing to ${rateText(ratePerSecond)} a second in ${seconds(durationSeconds)}`
        : `${rateText(ratePerSecond)} a second for ${seconds(durationSeconds)}`,
    )
    .join(', then ');
}

function distributionText(distribution: RunPlan['distribution']): string {
  if (distribution?.type === 'zipf') return `Zipf, exponent ${distribution.exponent}`;
  if (distribution?.type === 'hot-set')
    return `${share(distribution.share)} of the picks on ${count(distribution.accounts)} accounts`;
  return 'uniform';
}
