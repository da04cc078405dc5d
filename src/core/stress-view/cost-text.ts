import type { RunPlan } from '../stress/contract';
import { estimateRunCost } from '../stress/cost';
import { count } from '../../base/number-text';

/** What these runs may cost at most on AWS together, in words that name what was assumed. */
export function costText(plans: readonly RunPlan[], region: string): string {
  const costs = plans.map(plan => estimateRunCost(plan, region));
  const sum = (pick: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((all, cost) => all + pick(cost), 0);
  const lambda = sum(({ lambdaUsd }) => lambdaUsd) > 0 ? ' and their Lambda time' : '';
  const assumptions = [...new Set(costs.flatMap(cost => cost.assumptions))].join('; ');
  const calls = count(sum(cost => cost.calls));
  return `At most ${calls} calls: about ${count(sum(({ dpu }) => dpu))} DPU${lambda}, roughly ${dollars(sum(({ usd }) => usd))}. An estimate, not the bill: free tier not taken off; ${assumptions}.`;
}

const dollars = (usd: number): string => (usd < 0.01 ? 'less than 1 US cent' : `${usd.toFixed(2)} US dollars`);
