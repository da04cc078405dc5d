import type { PlanCost, PlanCostPart } from '../../protocol/plan-document';
import { READ_MINIMUM_DPU, WRITE_MINIMUM_DPU } from '../cost/dpu';
import { regionPrice, type RegionPrice } from '../cost/prices';
import type { PlanFooter } from './model';

const MINIMUMS: Record<string, number> = {
  Read: READ_MINIMUM_DPU,
  Write: WRITE_MINIMUM_DPU,
  'Multi-Region Write': WRITE_MINIMUM_DPU,
};

/** What a statement with this DPU block costs as a transaction of its own; undefined without the block. */
export function planCost(footer: PlanFooter, region: string, prices?: readonly RegionPrice[]): PlanCost | undefined {
  if (!footer.dpu?.length) return undefined;
  const { price, confirmed } = regionPrice(region, prices);
  const parts = footer.dpu.filter(p => p.name !== 'Total').map(p => costPart(p, price.usdPerMillionDpu));
  if (parts.length === 0) return undefined;
  const estimatedDpu = parts.reduce((sum, p) => sum + p.estimatedDpu, 0);
  const billedDpu = parts.reduce((sum, p) => sum + p.billedDpu, 0);
  const usdPerMillionRuns = billedDpu * price.usdPerMillionDpu;
  return {
    region: price.region,
    usdPerMillionDpu: price.usdPerMillionDpu,
    priceAsOf: price.asOf,
    priceSource: price.source,
    priceConfirmed: confirmed,
    parts,
    estimatedDpu,
    billedDpu,
    usdPerRun: usdPerMillionRuns / 1_000_000,
    usdPerMillionRuns,
    minimumShare: billedDpu > 0 ? (billedDpu - estimatedDpu) / billedDpu : 0,
  };
}

function costPart(
  { name, dpu, transactionMinimum }: { name: string; dpu: number; transactionMinimum?: number },
  usdPerMillionDpu: number,
): PlanCostPart {
  // the block's own minimum where it prints one: it knows best
  const minimum = transactionMinimum ?? MINIMUMS[name] ?? 0;
  const billedDpu = dpu > 0 ? Math.max(dpu, minimum) : 0;
  const part: PlanCostPart = { name, estimatedDpu: dpu, billedDpu, usdPerMillionRuns: billedDpu * usdPerMillionDpu };
  if (dpu > 0 && dpu < minimum) Object.assign(part, { transactionMinimum: minimum, minimumUsed: dpu / minimum });
  return part;
}
