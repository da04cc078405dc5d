import { REGION_PRICES, type RegionPrice } from './prices';

/** One entry that is no price, and why. */
export interface PriceProblem {
  /** From 0. */
  entry: number;
  problem: string;
}

/** `entry 2 names no Region and is left out` */
export const describePriceProblem = ({ entry, problem }: PriceProblem): string =>
  problem.startsWith('is no list') ? problem : `entry ${entry + 1} ${problem}, and is left out`;

/** No Region charges this much; what is beyond it is a slip of the pen. US dollars. */
const MAX_AMOUNT = 100_000;

/**
 * The price table with a user's own entries put over it; entries of another form are left out and named. A Region that stands twice takes
 * the last entry.
 */
export function priceTable(settings: unknown): { table: RegionPrice[]; problems: PriceProblem[] } {
  const table = new Map(REGION_PRICES.map(price => [price.region, price]));
  const problems: PriceProblem[] = [];
  if (settings !== undefined && settings !== null && !Array.isArray(settings))
    problems.push({ entry: 0, problem: 'is no list of prices' });
  for (const [entry, value] of (Array.isArray(settings) ? (settings as unknown[]) : []).entries()) {
    const price = priceOfEntry(value);
    if (typeof price === 'string') problems.push({ entry, problem: price });
    else table.set(price.region, price);
  }
  return { table: [...table.values()], problems };
}

function priceOfEntry(value: unknown): RegionPrice | string {
  if (typeof value !== 'object' || value === null) return 'is no object';
  const { region, usdPerMillionDpu, usdPerGbMonth, asOf, source } = value as Record<string, unknown>;
  if (typeof region !== 'string' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return 'names no Region';
  const isAmount = (amount: unknown): amount is number =>
    typeof amount === 'number' && amount >= 0 && amount <= MAX_AMOUNT;
  const wanted = `is no amount from 0 to ${MAX_AMOUNT.toLocaleString('en-US')} US dollars`;
  if (!isAmount(usdPerMillionDpu)) return `"usdPerMillionDpu" ${wanted}`;
  if (!isAmount(usdPerGbMonth)) return `"usdPerGbMonth" ${wanted}`;
  return {
    region,
    usdPerMillionDpu,
    usdPerGbMonth,
    asOf: typeof asOf === 'string' && asOf !== '' ? asOf : 'without a date',
    source: typeof source === 'string' && source !== '' ? source : 'settings',
  };
}
