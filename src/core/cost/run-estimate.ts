import { billedTransactionDpu, totalDpu, type Dpu } from './dpu';
import { priceOf, type Price, type RegionPrice } from './prices';

/** One kind of statement, measured once by EXPLAIN ANALYZE VERBOSE. */
export interface MeasuredStatement {
  name: string;
  sql: string;
  dpu: Dpu;
}

/** What a run did. */
export interface RunWork {
  /** Transactions that were committed. */
  committed: number;
  /** Attempts that ended without a commit: conflicts that were retried, errors. */
  lost: number;
}

export interface RunEstimate {
  /** Of one committed transaction, minimums applied. */
  perTransaction: Dpu;
  /** Of an attempt that was lost: compute and reads are metered, writes that never became durable are not. */
  perLostAttempt: Dpu;
  total: Dpu;
  totalDpu: number;
  price: Price;
}

/** What a run of such transactions comes to. An estimate: see `WHY_ESTIMATES_DIFFER`. */
export function estimateRun(
  statements: readonly Pick<MeasuredStatement, 'dpu'>[],
  { committed, lost }: RunWork,
  region: string,
  table?: readonly RegionPrice[],
): RunEstimate {
  const all = statements.map(({ dpu }) => dpu);
  const perTransaction = billedTransactionDpu(all);
  const perLostAttempt = billedTransactionDpu(all.map(({ compute, read }) => ({ compute, read, write: 0 })));
  const total: Dpu = {
    compute: perTransaction.compute * committed + perLostAttempt.compute * lost,
    read: perTransaction.read * committed + perLostAttempt.read * lost,
    write: perTransaction.write * committed,
  };
  if (perTransaction.multiRegionWrite !== undefined)
    total.multiRegionWrite = perTransaction.multiRegionWrite * committed;
  const sum = totalDpu(total);
  return { perTransaction, perLostAttempt, total, totalDpu: sum, price: priceOf(sum, region, table) };
}

/** Why CloudWatch and the bill show more than statements estimate. Measured on clusters in April 2026, and by the User Guide's formulas. */
export const WHY_ESTIMATES_DIFFER: readonly string[] = [
  'A session costs compute that no statement shows: about 0.055 DPU for each new connection (measured 2026-04). Reuse connections.',
  'Minimums are billed per transaction: 0.00375 DPU where it reads, 0.05 where it writes. Small statements alone in a transaction pay them in full.',
  'CloudWatch counts everything on the cluster: set-up, catalogue reads of tools, ANALYZE and index builds, other clients.',
  'COMMIT, conflicts that are retried, and uniqueness checks are work that EXPLAIN ANALYZE of one statement does not see.',
];

/** Why figures of CloudWatch are not there yet. */
export const DELAY_NOTE =
  'CloudWatch shows a minute some minutes after it is over; the newest points may still grow. The bill follows hours later and decides.';

/** Of the local cluster. */
export const LOCAL_NOTE =
  'The local cluster bills nothing: its DPUs are our estimate by the documented formulas, with this machine’s compute times.';
