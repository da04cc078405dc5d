import type { AccountDistribution } from './accounts';
import type { RateStage, Workload } from './contract';
import { parseSeconds, unreadable } from './duration';

/** `100/s:10s`: 100 calls a second for 10 seconds; `ramp:500/s:30s`: from the rate before to 500 a second within 30 seconds. */
export function parseStage(text: string): RateStage {
  const match = /^(ramp:)?\s*([\d_,.]+)\s*(?:\/s\s*)?:\s*(\S+)$/i.exec(text.trim());
  const ratePerSecond = number(match?.[2]);
  if (!match || ratePerSecond === undefined) throw unreadable('stage', text, '100/s:10s, or ramp:500/s:30s');
  const durationSeconds = parseSeconds(match[3] ?? '');
  return { ratePerSecond, durationSeconds, ...(match[1] ? { approach: 'ramp' as const } : {}) };
}

/** Calls a second: `100`, `1,000/s`. */
export function parseRate(text: string): number {
  const rate = number(text.trim().replace(/\s*\/s$/i, ''));
  if (rate === undefined) throw unreadable('rate', text, 'calls a second, such as 100');
  return rate;
}

/** A rate as `parseRate` reads it, never rounded to none: `0.5`, `1,000`. */
export const rateText = (ratePerSecond: number): string => ratePerSecond.toLocaleString('en');

/** `uniform`, `zipf:1.1`, `hot:10:0.8` (80 % of the picks on accounts 1 to 10). */
export function parseDistribution(text: string): AccountDistribution {
  const [name = '', first, second, ...rest] = text.trim().toLowerCase().split(':');
  const [a, b] = [number(first), number(second)];
  if (rest.length === 0) {
    if (name === 'uniform' && first === undefined) return { type: 'uniform' };
    if (name === 'zipf' && second === undefined && (first === undefined || a !== undefined))
      return { type: 'zipf', exponent: a ?? 1 };
    if ((name === 'hot' || name === 'hot-set') && a !== undefined && b !== undefined)
      return { type: 'hot-set', accounts: a, share: b };
  }
  throw unreadable('distribution', text, 'uniform, zipf:1.1, or hot:10:0.8 (80 % of the picks on 10 accounts)');
}

/** Weights of the order service, `create:get:range`. */
export function parseWeights(text: string): Extract<Workload, { type: 'order-service' }>['weights'] {
  const [create, get, range, ...rest] = text.split(':').map(number);
  if (create === undefined || get === undefined || range === undefined || rest.length > 0)
    throw unreadable('weights', text, 'create:get:range, such as 5:90:5');
  return { create, get, range };
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d[\d_,]*(\.\d+)?|\.\d+)$/.test(text)) return undefined;
  return Number(text.replaceAll(/[_,]/g, ''));
}
