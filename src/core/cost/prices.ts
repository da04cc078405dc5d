/** Prices by Region. AWS publishes them per Region; only these are confirmed, so the table is dated and meant to be edited. */

export interface RegionPrice {
  region: string;
  /** US dollars per million DPU. */
  usdPerMillionDpu: number;
  /** US dollars per GB and month of storage. */
  usdPerGbMonth: number;
  /** The day the price was seen, ISO date. */
  asOf: string;
  /** Where it was seen. */
  source: string;
}

/** The free tier of an account, each month, without end. */
export const FREE_TIER = { dpuPerMonth: 100_000, storageGb: 1 } as const;

/** Confirmed prices. Replace or extend by passing another table to `priceOf`. */
export const REGION_PRICES: readonly RegionPrice[] = [
  {
    region: 'us-east-1',
    usdPerMillionDpu: 8,
    usdPerGbMonth: 0.33,
    asOf: '2026-03-01',
    source: 'Aurora DSQL pricing, US East (N. Virginia)',
  },
  {
    region: 'us-east-2',
    usdPerMillionDpu: 8,
    usdPerGbMonth: 0.33,
    asOf: '2026-03-01',
    source: 'Aurora DSQL pricing, US East (Ohio)',
  },
  {
    region: 'ap-northeast-2',
    usdPerMillionDpu: 10,
    usdPerGbMonth: 0.4,
    asOf: '2026-09-11',
    source: 'Aurora DSQL pricing, Asia Pacific (Seoul)',
  },
  {
    region: 'ap-northeast-3',
    usdPerMillionDpu: 10,
    usdPerGbMonth: 0.4,
    asOf: '2026-08-31',
    source: 'Aurora DSQL pricing, Asia Pacific (Osaka)',
  },
];

/** An amount of money, with the price it was worked out at. */
export interface Price {
  usd: number;
  price: RegionPrice;
  /** False when the Region's own price is not in the table and another Region's was taken. */
  confirmed: boolean;
}

/** The Region whose price stands in for one that is not in the table. */
const STAND_IN_REGION = 'us-east-1';

/** The price of a Region, or that of us-east-1 marked as not confirmed. */
export function regionPrice(
  region: string,
  table: readonly RegionPrice[] = REGION_PRICES,
): { price: RegionPrice; confirmed: boolean } {
  const own = table.find(p => p.region === region);
  const price = own ?? table.find(p => p.region === STAND_IN_REGION) ?? REGION_PRICES[0]!;
  return { price, confirmed: own !== undefined };
}

/** What `dpu` DPUs cost in a Region, free tier not taken off. */
export function priceOf(dpu: number, region: string, table: readonly RegionPrice[] = REGION_PRICES): Price {
  const { price, confirmed } = regionPrice(region, table);
  return { usd: (dpu / 1_000_000) * price.usdPerMillionDpu, price, confirmed };
}

/** A month's bill: DPUs and stored gigabytes beyond the free tier. */
export function monthlyPrice(
  dpu: number,
  storageGb: number,
  region: string,
  table: readonly RegionPrice[] = REGION_PRICES,
): Price & { dpuUsd: number; storageUsd: number } {
  const { price, confirmed } = regionPrice(region, table);
  const dpuUsd = (Math.max(0, dpu - FREE_TIER.dpuPerMonth) / 1_000_000) * price.usdPerMillionDpu;
  const storageUsd = Math.max(0, storageGb - FREE_TIER.storageGb) * price.usdPerGbMonth;
  return { usd: dpuUsd + storageUsd, dpuUsd, storageUsd, price, confirmed };
}
