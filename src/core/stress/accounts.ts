import type { Random } from './random';

/** How accounts are chosen. A new distribution is one more case of `accountSampler`. */
export type AccountDistribution =
  | { type: 'uniform' }
  /** `share` of the picks fall on accounts 1..`accounts`, the rest on all. */
  | { type: 'hot-set'; accounts: number; share: number }
  /** Account k is picked with a chance proportional to 1 / k^exponent; exponent above 0. */
  | { type: 'zipf'; exponent: number };

/** Draws account ids in 1..accounts. */
export function accountSampler(distribution: AccountDistribution, accounts: number, random: Random): () => number {
  const uniform = (n: number): number => 1 + Math.floor(random() * n);
  switch (distribution.type) {
    case 'uniform':
      return () => uniform(accounts);
    case 'hot-set': {
      const hot = Math.min(distribution.accounts, accounts);
      return () => uniform(random() < distribution.share ? hot : accounts);
    }
    case 'zipf':
      return zipfSampler(distribution.exponent, accounts, random);
  }
}

/**
 * Draws k in 1..n with a chance proportional to 1 / k^exponent, in constant time and memory: rejection-inversion after Hörmann and
 * Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions" (1996).
 */
function zipfSampler(exponent: number, n: number, random: Random): () => number {
  // the integral of x^-exponent, and its inverse; written so that an exponent of 1 needs no case of its own
  const integral = (x: number): number => Math.log(x) * expm1Over((1 - exponent) * Math.log(x));
  const inverse = (y: number): number => Math.exp(y * log1pOver(Math.max(-1, y * (1 - exponent))));
  const density = (x: number): number => Math.exp(-exponent * Math.log(x));
  const from = integral(1.5) - 1;
  const to = integral(n + 0.5);
  const certain = 2 - inverse(integral(2.5) - density(2));
  return () => {
    for (;;) {
      const u = to + random() * (from - to);
      const x = inverse(u);
      const k = Math.min(n, Math.max(1, Math.round(x)));
      if (k - x <= certain || u >= integral(k + 0.5) - density(k)) return k;
    }
  };
}

/** (e^x - 1) / x, also near 0. */
const expm1Over = (x: number): number => (Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x / 2);
/** ln(1 + x) / x, also near 0. */
const log1pOver = (x: number): number => (Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x / 2);

/** A payer and a payee that differ. */
export interface AccountPair {
  payer: number;
  payee: number;
}

/** Draws pairs; uniform sampling gives each ordered pair of different accounts the same chance. Needs at least two accounts. */
export function pairSampler(sample: () => number, accounts: number): () => AccountPair {
  return () => {
    const payer = sample();
    let payee = sample();
    // A distribution that (nearly) always answers the same account must not hang the generator.
    for (let tries = 0; payee === payer && tries < 16; tries++) payee = sample();
    if (payee === payer) payee = (payer % accounts) + 1;
    return { payer, payee };
  };
}
