import type { Random } from './random';

/** How accounts are chosen. A new distribution is one more case of `accountSampler`. */
export type AccountDistribution =
  | { type: 'uniform' }
  /** `share` of the picks fall on accounts 1..`accounts`, the rest on all. */
  | { type: 'hot-set'; accounts: number; share: number };

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
  }
}

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
