import { REGION_PRICES, type RegionPrice } from './prices';

/** One entry that is no price, and why. */
export interface PriceProblem {
  entry: number;
  problem: string;
}

/**
 * The price table with a user's own entries put over it; entries of another form are left out and named. A Region that stands twice takes
 * the last entry.
 */
export function priceTable(settings: unknown): { table: RegionPrice[]; problems: PriceProblem[] } {
  const table = new Map(REGION_PRICES.map(price => [price.region, price]));
  const problems: PriceProblem[] = [];
  for (const [entry, value] of (Array.isArray(settings) ? settings : []).entries()) {
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
    typeof amount === 'number' && Number.isFinite(amount) && amount >= 0;
  if (!isAmount(usdPerMillionDpu)) return '"usdPerMillionDpu" is no amount';
  if (!isAmount(usdPerGbMonth)) return '"usdPerGbMonth" is no amount';
  return {
    region,
    usdPerMillionDpu,
    usdPerGbMonth,
    asOf: typeof asOf === 'string' && asOf !== '' ? asOf : 'without a date',
    source: typeof source === 'string' && source !== '' ? source : 'settings',
  };
}
