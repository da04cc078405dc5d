import { monthEndMs, monthStartMs, storageGb, sumOf, type MeteredUsage } from './metered';
import { FREE_TIER, monthlyPrice, type RegionPrice } from './prices';

const DAY_MS = 86_400_000;

/** A month's DPUs and dollars: so far, and by its end when it goes on as it does now. */
export interface MonthProjection {
  soFarDpu: number;
  projectedDpu: number;
  /** DPUs a day that the projection goes on with. */
  dpuPerDay: number;
  /** `the last 24 hours` or `the month so far`. */
  basis: string;
  storageGb: number | undefined;
  soFarDpuUsd: number;
  projectedUsd: number;
  projectedDpuUsd: number;
  storageUsd: number;
  /** Of the account's free DPUs, what this cluster alone leaves; the tier is shared by all clusters of the account. */
  freeDpuLeft: number;
  price: RegionPrice;
  priceConfirmed: boolean;
}

/** Goes on as in the last 24 hours; early in the month, or with less data, as in the time that is known. */
export function projectMonth(
  usage: MeteredUsage,
  region: string,
  nowMs: number,
  table?: readonly RegionPrice[],
): MonthProjection {
  const startMs = monthStartMs(nowMs);
  const endMs = monthEndMs(nowMs);
  const { TotalDPU: total } = usage.dpu;
  const soFarDpu = sumOf(total, startMs, nowMs);
  const lastDay = nowMs - startMs >= DAY_MS && usage.fromMs <= nowMs - DAY_MS;
  const known = Math.max(usage.periodMs, nowMs - Math.max(startMs, usage.fromMs));
  const dpuPerDay = lastDay ? sumOf(total, nowMs - DAY_MS, nowMs) : (soFarDpu / known) * DAY_MS;
  const projectedDpu = soFarDpu + dpuPerDay * ((endMs - nowMs) / DAY_MS);
  const gigabytes = storageGb(usage);
  const soFar = monthlyPrice(soFarDpu, gigabytes ?? 0, region, table);
  const projected = monthlyPrice(projectedDpu, gigabytes ?? 0, region, table);
  return {
    soFarDpu,
    projectedDpu,
    dpuPerDay,
    basis: lastDay ? 'the last 24 hours' : 'the month so far',
    storageGb: gigabytes,
    soFarDpuUsd: soFar.dpuUsd,
    projectedUsd: projected.usd,
    projectedDpuUsd: projected.dpuUsd,
    storageUsd: projected.storageUsd,
    freeDpuLeft: Math.max(0, FREE_TIER.dpuPerMonth - soFarDpu),
    price: projected.price,
    priceConfirmed: projected.confirmed,
  };
}
