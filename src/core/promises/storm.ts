/** Calls at the same moment on the same two accounts, each of an amount that tells it from all the others. */
import type { Answer } from './answer';
import type { Bench } from './promise';

export interface Storm {
  ids: [number, number];
  answers: Answer[];
  /** The amount of each call; powers of two, so that a balance tells which calls were applied. */
  amounts: number[];
  /** Balances as they are, and as the accepted calls make them. */
  actual: string[];
  expected: string[];
}

const START = 10_000;

/**
 * Even calls go from the first account to the second, odd ones back. `drip`: meanwhile another session adds 1 to both accounts, over and
 * over, so that a balance read before the transaction is out of date when it is written.
 */
export async function storm({ ground, caller }: Bench, calls: number, drip = false): Promise<Storm> {
  const ids = (await ground.accounts(START, START)) as [number, number];
  const [a, b] = ids;
  const amounts = Array.from({ length: calls }, (_, i) => 2 ** i);
  let over = !drip;
  let drops = 0;
  const dripping = (async () => {
    while (!over) if (await ground.addOne(ids)) drops++;
  })();
  const answers = await Promise.all(
    amounts.map((amount, i) =>
      caller.call(i % 2 === 0 ? { payer_id: a, payee_id: b, amount } : { payer_id: b, payee_id: a, amount }),
    ),
  ).finally(() => (over = true));
  await dripping;
  const moved = amounts.reduce(
    (sum, amount, i) => sum + (answers[i]?.accepted ? (i % 2 === 0 ? amount : -amount) : 0),
    0,
  );
  const actual = await ground.balances(ids);
  return { ids, answers, amounts, actual, expected: [String(START - moved + drops), String(START + moved + drops)] };
}

export const isExact = ({ actual, expected }: Storm): boolean => actual.join() === expected.join();

/** `6 calls at once, 4 accepted, 2 refused (…)` */
export function describeStorm({ answers }: Storm): string {
  const refused = answers.filter(answer => !answer.accepted);
  const reasons = [...new Set(refused.map(answer => (answer.conflict ? 'conflict 40001' : answer.said)))].slice(0, 2);
  const tail = refused.length > 0 ? `, ${refused.length} refused (${reasons.join('; ')})` : '';
  return `${answers.length} transfers at once between two accounts, ${answers.length - refused.length} accepted${tail}`;
}
