import { FREE_TIER, REGION_PRICES } from '../cost/prices';
import { fillPlaces, regionsOf, type KnownPlaces } from '../aws/arns';
import { actionsOf, type PlannedCall } from '../aws/calls';
import { CREATE_CLUSTER, CREATE_CLUSTER_PAIR, DELETE_CLUSTER } from '../aws/command-calls/cluster-calls';
import { CREATED_BY_TAG } from '../aws/tags';

/** A cluster to be made: one Region, or two with a witness. */
export interface ClusterPlan {
  name: string;
  region: string;
  /** Of a two-Region set. */
  second?: { region: string; witnessRegion: string };
  deletionProtection: boolean;
}

/** The calls that making the cluster takes, in order. */
const creationCalls = ({ second }: ClusterPlan): readonly PlannedCall[] =>
  second ? CREATE_CLUSTER_PAIR : CREATE_CLUSTER;

/** Where the plan's calls go. */
const placesOfPlan = ({ region, second }: ClusterPlan): KnownPlaces => ({
  region,
  ...(second && { secondRegion: second.region, witnessRegion: second.witnessRegion }),
});

/** The requests that making the cluster sends, in order, for people to read before they agree. */
export function plannedRequests(plan: ClusterPlan): string[] {
  const tags = `tags Name=${plan.name}, ${CREATED_BY_TAG.key}=${CREATED_BY_TAG.value}`;
  const protection = plan.deletionProtection ? 'deletion protection on' : 'deletion protection off';
  const witness = plan.second ? `witness ${plan.second.witnessRegion}; ` : '';
  const known = placesOfPlan(plan);
  return creationCalls(plan).map(({ operation, resources, why }) => {
    const where = regionsOf(resources.map(arn => fillPlaces(arn, known))).join(' and ');
    const sent = operation === 'CreateCluster' ? `; ${witness}${tags}; ${protection}` : '';
    return `${operation} in ${where}: ${why}${sent}`;
  });
}

/** The requests that deleting a cluster sends, in order; of a set, with the ARNs of its peers. */
export const plannedDeletion = (arns: readonly string[]): string[] =>
  DELETE_CLUSTER.map(({ operation, why }) => `${operation} in ${regionsOf(arns).join(' and ')}: ${why}`);

/** IAM actions that the requests need. */
export const neededActions = (plan: ClusterPlan): string[] => actionsOf(creationCalls(plan));

/**
 * What it costs, in sentences. Billing: an idle cluster costs storage only; each Region of a set is billed for storage, and writes are
 * billed once more as multi-Region writes.
 */
export function costNote({ region, second }: ClusterPlan): string[] {
  const regions = second ? [region, second.region] : [region];
  const lines = regions.map(each => {
    const price = REGION_PRICES.find(entry => entry.region === each);
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
