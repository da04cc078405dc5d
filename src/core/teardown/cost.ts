import { regionPrice } from '../cost/prices';
import { SERVICE_PRICES } from '../cost/service-prices';
import type { FoundResource } from './contract';

/** What something costs while nobody uses it. */
export interface IdleCost {
  /** US dollars a month; undefined where it cannot be said. */
  usdPerMonth?: number;
  /** In a few words. */
  basis: string;
}

const GB = 1e9;

/** Idle clusters cost their storage, logs theirs, functions, roles and stacks nothing. The free tier is the account's and not taken off. */
export function idleCost(resource: FoundResource): IdleCost {
  const { kind, storedBytes, region } = resource;
  switch (kind) {
    case 'cluster': {
      const { price, confirmed } = regionPrice(region);
      const rate = `$${price.usdPerGbMonth} per GB${confirmed ? '' : `, the price of ${price.region}`}`;
      if (storedBytes === undefined) return { basis: `its storage, not measured (${rate})` };
      return { usdPerMonth: (storedBytes / GB) * price.usdPerGbMonth, basis: `${size(storedBytes)} at ${rate}` };
    }
    case 'log-group':
      return storedBytes === undefined
        ? { basis: 'its storage, not measured' }
        : {
            usdPerMonth: (storedBytes / GB) * SERVICE_PRICES.logsStored.usd,
            basis: `${size(storedBytes)} at $${SERVICE_PRICES.logsStored.usd} per GB${region === 'us-east-1' ? '' : ', the price of us-east-1'}`,
          };
    case 'function':
    case 'role':
      return { usdPerMonth: 0, basis: 'free while idle' };
    case 'stack':
      return { usdPerMonth: 0, basis: 'free; what it holds is listed' };
    case 'other':
      return { basis: 'not known here' };
  }
}

/** The sum of what is known, and whether anything is not. */
export function totalIdleCost(resources: readonly FoundResource[]): { usdPerMonth: number; complete: boolean } {
  const costs = resources.map(resource => idleCost(resource).usdPerMonth);
  return { usdPerMonth: costs.reduce<number>((sum, usd) => sum + (usd ?? 0), 0), complete: !costs.includes(undefined) };
}

/** `$0.33`, `under $0.01`. */
export const dollars = (usd: number): string => (usd > 0 && usd < 0.01 ? 'under $0.01' : `$${usd.toFixed(2)}`);

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let index = 0;
  let value = bytes;
  for (; value >= 1000 && index < units.length - 1; index++) value /= 1000;
  return `${value.toFixed(index === 0 || value >= 100 ? 0 : 1)} ${units[index]}`;
}
