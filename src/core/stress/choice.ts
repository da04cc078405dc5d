import { BOOK_PARTS } from '../bank/books';
import { FlowNetwork } from './max-flow';
import type { OpenCall } from './open-calls';

const SOURCE = BOOK_PARTS;
const SINK = BOOK_PARTS + 1;

/**
 * Whether some of the calls of unknown outcome, each made once or not at all, explain what is left at each part of the accounts. All calls move the
 * same amount, so that such a choice is a flow from those that lost to those that gained, over each call once at most: there is no stronger
 * rule for what is known. A transfer that was made twice can hide only where such calls lead from its payer to its payee, one after the other.
 * @param left transfers into a part less those out of it that the acknowledged ones do not explain; parts with nothing left may be absent
 */
export function explainedByChoice(calls: readonly OpenCall[], left: ReadonlyMap<number, number>): boolean {
  const network = new FlowNetwork(BOOK_PARTS + 2);
  let lost = 0;
  let gained = 0;
  for (const [part, transfers] of left) {
    if (transfers < 0) network.add(SOURCE, part, -transfers);
    else network.add(part, SINK, transfers);
    lost += Math.max(0, -transfers);
    gained += Math.max(0, transfers);
  }
  if (lost !== gained) return false;
  for (const { payer, payee } of calls) network.add(payer, payee, 1);
  return network.send(SOURCE, SINK) === gained;
}
