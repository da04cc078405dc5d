import { FREE_TIER, REGION_PRICES, type RegionPrice } from '../cost/prices';
import { CREATED_BY_TAG } from '../aws/tags';

/** A cluster to be made: one Region, or two with a witness. */
export interface ClusterPlan {
  name: string;
  region: string;
  /** Of a two-Region set. */
  second?: { region: string; witnessRegion: string };
  deletionProtection: boolean;
}

/** The requests that making the cluster sends, in order, for people to read before they agree. */
export function plannedRequests({ name, region, second, deletionProtection }: ClusterPlan): string[] {
  const tags = `tags Name=${name}, ${CREATED_BY_TAG.key}=${CREATED_BY_TAG.value}`;
  const protection = deletionProtection ? 'deletion protection on' : 'deletion protection off';
  if (!second)
    return [`CreateCluster in ${region}: ${tags}; ${protection}`, `GetCluster in ${region}, until it is ACTIVE`];
  return [
    `CreateCluster in ${region}: witness ${second.witnessRegion}; ${tags}; ${protection}`,
    `CreateCluster in ${second.region}: witness ${second.witnessRegion}, peer of the first; ${tags}; ${protection}`,
    `UpdateCluster in ${region}: peer of the second`,
    `GetCluster in both, until they are ACTIVE`,
  ];
}

/** IAM actions that the requests need. */
export function neededActions({ second }: ClusterPlan): string[] {
  const single = ['dsql:CreateCluster', 'dsql:GetCluster', 'dsql:TagResource'];
  return second
    ? [...single, 'dsql:UpdateCluster', 'dsql:PutMultiRegionProperties', 'dsql:PutWitnessRegion', 'dsql:AddPeerCluster']
    : single;
}

/**
 * What it costs, in sentences. Billing: an idle cluster costs storage only; each Region of a set is billed for storage, and writes are
 * billed once more as multi-Region writes.
 */
export function costNote({ region, second }: ClusterPlan, prices: readonly RegionPrice[] = REGION_PRICES): string[] {
  const regions = second ? [region, second.region] : [region];
  const lines = regions.map(each => {
    const price = prices.find(entry => entry.region === each);
    return price
      ? `${each}: $${price.usdPerMillionDpu.toFixed(2)} per million DPU, $${price.usdPerGbMonth.toFixed(2)} per GB and month (as of ${price.asOf}).`
      : `${each}: look up the price, it is not in our table.`;
  });
  return [
    'An idle cluster costs its storage, nothing else.',
    ...lines,
    ...(second ? ['Storage is billed in both Regions, and each write once more as a multi-Region write.'] : []),
    `Free each month: ${FREE_TIER.dpuPerMonth.toLocaleString('en-US')} DPU and ${FREE_TIER.storageGb} GB.`,
  ];
}
