/** Calls at the same moment on the same two accounts, each of an amount that tells it from all the others. */
import type { Answer } from './answer';
import { isSuspicious } from './caller';
import type { Bench } from './promise';

export interface Storm {
  ids: [number, number];
  answers: Answer[];
  /** The amount of each call; powers of two, so that a balance tells which calls were applied. */
  amounts: number[];
  /**
   * Balances as they are, and as the accepted calls make them. A call without an answer was made or not: where a choice among such calls
   * leads to the balances that are there, it is part of what is expected.
   */
  actual: string[];
  expected: string[];
}

const START = 10_000;
/** Long enough to meet the first tries of every call; who retries gets through after it. */
const DRIP_MS = 500;

/**
 * Even calls go from the first account to the second, odd ones back. `drip`: at first another session adds 1 to both accounts, over and
 * over, so that a balance read before the transaction is out of date when it is written. Rejects with `HungCall` when calls were slow and
 * quiet ones after them are slow too: connections are missing.
 */
export async function storm(bench: Bench, calls: number, drip = false): Promise<Storm> {
  const { ground, caller, monotonic } = bench;
  const ids = (await ground.accounts(START, START)) as [number, number];
  const [a, b] = ids;
  const amounts = Array.from({ length: calls }, (_, i) => 2 ** i);
  let over = !drip;
  let drops = 0;
  const startedAt = monotonic();
  const dripping = (async () => {
    while (!over && monotonic() - startedAt < DRIP_MS) if (await ground.addOne(ids)) drops++;
  })();
  const answers = await Promise.all(
    amounts.map((amount, i) =>
      caller.contended(i % 2 === 0 ? { payer_id: a, payee_id: b, amount } : { payer_id: b, payee_id: a, amount }),
    ),
  ).finally(() => (over = true));
  await dripping;
  if (answers.some(isSuspicious)) await callQuietly(bench, calls);
  const moves = amounts.map((amount, i) => (i % 2 === 0 ? amount : -amount));
  const accepted = moves.reduce((sum, move, i) => sum + (answers[i]?.accepted ? move : 0), 0);
  const actual = await ground.balances(ids);
  const balancesAfter = (moved: number): string[] => [String(START - moved + drops), String(START + moved + drops)];
  const possible = sumsOf(moves.filter((_, i) => answers[i]?.hung)).map(sum => balancesAfter(accepted + sum));
  const expected = possible.find(balances => balances.join() === actual.join()) ?? balancesAfter(accepted);
  return { ids, answers, amounts, actual, expected };
}

/** What any choice of the numbers adds up to; nothing of them first. */
const sumsOf = (numbers: readonly number[]): number[] =>
  numbers.reduce((sums, number) => [...sums, ...sums.map(sum => sum + number)], [0]);

/** As many calls as before, so that they meet the same environments, but each on accounts of its own. */
async function callQuietly({ ground, caller }: Bench, calls: number): Promise<void> {
  const ids = await ground.accounts(...Array.from({ length: 2 * calls }, () => START));
  await Promise.all(
    Array.from({ length: calls }, (_, i) => caller.transfer(ids[2 * i] as number, ids[2 * i + 1] as number, 1)),
  );
}

/** What was made (positive) or vanished; 0 when what differs are whole transfers. */
export const driftOf = ({ actual, expected }: Storm): number => total(actual) - total(expected);
const total = (balances: readonly string[]): number => balances.reduce((sum, balance) => sum + Number(balance), 0);

/** What to do about balances that are not those of the accepted calls. */
export const adviceFor = (result: Storm, otherwise: string): string =>
  driftOf(result) === 0
    ? 'Some of what was answered as done was not. Answer success only after COMMIT has succeeded: an error of COMMIT (40001) takes the whole transaction back, so let it through, and repeat from BEGIN, not COMMIT alone.'
    : otherwise;

export const isExact = ({ actual, expected }: Storm): boolean => actual.join() === expected.join();

/** `6 transfers at once between two accounts, 3 accepted, 2 refused (…), 1 unanswered (no answer in 20 s)` */
export function describeStorm({ answers }: Storm): string {
  const told = (what: string, those: readonly Answer[]): string => {
    const reasons = [...new Set(those.map(({ conflict, said }) => (conflict ? 'conflict 40001' : said)))].slice(0, 2);
    return those.length > 0 ? `, ${those.length} ${what} (${reasons.join('; ')})` : '';
  };
  const refused = answers.filter(({ accepted, hung }) => !accepted && !hung);
  const unanswered = answers.filter(({ hung }) => hung);
  const accepted = answers.length - refused.length - unanswered.length;
  return `${answers.length} transfers at once between two accounts, ${accepted} accepted${told('refused', refused)}${told('unanswered', unanswered)}`;
}
