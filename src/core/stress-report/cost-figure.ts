import type { RunResult } from '../stress/contract';
import { estimateCostOfRun } from '../stress/cost';
import type { Figure } from './figures';

/** The Region whose prices are taken where a result does not say where the run was made. */
const DEFAULT_REGION = 'us-east-1';

/** What a run comes to on AWS, as a line of its report; the local cluster bills nothing, so it is an estimate there too. */
export function costFigure(run: RunResult): Figure {
  const region = run.target?.region ?? DEFAULT_REGION;
  const { dpu, usd, database } = estimateCostOfRun(run, region);
  const dollars = usd < 0.01 ? 'less than 1 US cent' : `about ${usd.toFixed(2)} US dollars`;
  const priced = database.confirmed
    ? region
    : `the price of ${database.price.region}: that of ${region} is not known here`;
  const units = dpu.toLocaleString('en', { maximumFractionDigits: dpu < 10 ? 2 : 0 });
  return ['on AWS, estimated', `${units} DPU, ${dollars} (${priced}; not the bill, free tier not taken off)`];
}

/** The same in a few words, for a list: `12,300 DPU, $0.10`. */
export function costInShort(run: RunResult): string {
  const { dpu, usd } = estimateCostOfRun(run, run.target?.region ?? DEFAULT_REGION);
  return `${dpu.toLocaleString('en', { maximumFractionDigits: dpu < 10 ? 2 : 0 })} DPU, ${usd < 0.01 ? 'under $0.01' : `$${usd.toFixed(2)}`}`;
}
