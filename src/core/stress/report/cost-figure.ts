import type { RunResult } from '../contract';
import { estimateCostOfRun } from '../cost';
import type { Figure } from './figures';

/** The Region whose prices a report takes: it does not say where the run was made. */
const REGION = 'us-east-1';

/** What a run comes to on AWS, as a line of its report; the local cluster bills nothing, so it is an estimate there too. */
export function costFigure(run: RunResult): Figure {
  const { dpu, usd } = estimateCostOfRun(run, REGION);
  const dollars = usd < 0.01 ? 'less than 1 US cent' : `about ${usd.toFixed(2)} US dollars`;
  const units = dpu.toLocaleString('en', { maximumFractionDigits: dpu < 10 ? 2 : 0 });
  return ['on AWS, estimated', `${units} DPU, ${dollars} (${REGION}; not the bill, free tier not taken off)`];
}
