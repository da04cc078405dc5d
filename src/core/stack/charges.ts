/** What a stack costs, and what goes when it is destroyed: told before either is done. */
import { FREE_TIER, priceOf, REGION_PRICES, type RegionPrice } from '../cost/prices';
import { stackNames, type StackRequest } from './contract';

/** Lines for people. */
export interface StackNotice {
  /** `An Aurora DSQL cluster` … */
  makes: string[];
  costs: string[];
  /** What is lost for good by destroying. */
  loses: string[];
}

/** @param table prices by Region, as the settings have them */
export function stackNotice(request: StackRequest, table: readonly RegionPrice[] = REGION_PRICES): StackNotice {
  const pair = request.twoRegions;
  const prefix = request.functionPrefix ?? 'dsql-workshop-';
  const each = pair ? ' in each of the two Regions' : '';
  const region = request.region ?? 'the Region of your AWS profile';
  const { price, confirmed } = priceOf(1, request.region ?? '', table);
  return {
    makes: [
      pair
        ? `two Aurora DSQL clusters that hold one database: ${region} and ${pair.secondRegion}, witness ${pair.witnessRegion}`
        : `an Aurora DSQL cluster in ${region}`,
      `the Lambda function ${prefix}transfer with its log group${each}`,
      `an IAM role below /dsql-workshop/ that may connect to the cluster and write that log${each}`,
    ],
    costs: [
      `the cluster: $${price.usdPerMillionDpu} for a million DPU and $${price.usdPerGbMonth} for a GB and month` +
        (confirmed ? '' : ` (prices of ${price.region}; those of ${region} are not known here)`) +
        `, nothing while it idles but its storage; ${FREE_TIER.dpuPerMonth.toLocaleString('en-US')} DPU and ${FREE_TIER.storageGb} GB are free each month`,
      ...(pair ? ['both Regions: storage twice, and what is written counts again as multi-Region writes'] : []),
      'the function: by invocation and duration, with a free tier each month',
      'its log: by what is written; lines go after a week',
      'the bundle in the bootstrap bucket of the CDK: less than a cent a month',
    ],
    loses: [
      `${stackNames(request).join(' and ')} in ${region}${pair ? ` and ${pair.secondRegion}` : ''}: the cluster with all of its data, at once and for good; there is no undo, and no backup unless you made one`,
      `the function ${prefix}transfer, its log and its role${each}`,
      'Functions that chapters deployed beside it, and the bootstrap stack of the CDK, are not of this stack and stay.',
    ],
  };
}
