import { BOOK_PARTS, PLACEMENT_MODULUS } from '../bank/books';
import { moneyDrift, type BankBooks } from '../bank/invariants';
import { explainedByChoice } from './choice';
import type { Moves } from './contract';
import { unknownCalls, type CounterValues } from './counters';
import type { LedgerFinding } from './ledger';
import { totalOf, type TallyValues } from './tally';

/** The books as far as moves are held to them. */
type MovesBooks = Pick<BankBooks, 'history' | 'balances' | 'oneSnapshot'> & {
  bank: Pick<BankBooks['bank'], 'placement' | 'accounts'>;
};

/** What the calls of a run came to. */
export type CallRecord = CounterValues & { tally?: TallyValues };

/**
 * Holds the balances to what is known of the transfers, by the strongest rule there is: where every outcome is known, to those that were
 * acknowledged; else to the rows of the history, if these are in order; else to what the calls of unknown outcome leave possible, see `explainedByChoice`. Nothing where
 * the balances were not counted, or nobody knows what those calls asked for.
 */
export function movesOf(
  before: MovesBooks | undefined,
  after: MovesBooks,
  calls: CallRecord,
  amount: number,
  { ledger }: LedgerFinding = {},
): Moves | undefined {
  const drift = driftOf(before?.bank.placement, after.bank.placement);
  if (!before || drift === undefined) return undefined;
  const { acknowledged } = calls;
  const unknown = unknownCalls(calls);
  if (unknown === 0) {
    const left = leftOver(before, after, calls, amount);
    // the parts are exact sums: they tell of cents, too
    const exact = isNothing(drift - calls.placementShift) && !left?.size;
    return { acknowledged, exact, heldTo: 'answers', ...(!exact && offOf(left, after, amount)) };
  }
  const recorded =
    before.oneSnapshot && after.oneSnapshot && driftOf(before.history?.placement, after.history?.placement);
  if (ledger && typeof recorded === 'number') {
    const agree = isNothing(drift - recorded);
    // where neither rows nor balances are right, what the answers leave possible tells which of them
    if (agree || ledger.exact) return { acknowledged, unknown, exact: agree && ledger.exact, heldTo: 'rows' };
  }
  const left = leftOver(before, after, calls, amount);
  return left && { acknowledged, unknown, ...judged(left, calls.tally) };
}

/** Digits of money that are told. */
const CENTS = 6;

/** Accounts that are named. */
const WORST = 6;

/** Which accounts hold another sum than the acknowledged transfers leave them; nothing where parts hold several accounts each. */
function offOf(
  left: ReadonlyMap<number, number> | undefined,
  { bank }: MovesBooks,
  amount: number,
): Pick<Moves, 'off'> {
  if (!left || left.size === 0 || bank.accounts > BOOK_PARTS) return {};
  const all = [...left].map(([part, transfers]) => ({
    account: part === 0 ? BOOK_PARTS : part,
    by: Number((transfers * amount).toFixed(CENTS)),
  }));
  const worst = all.sort((a, b) => Math.abs(b.by) - Math.abs(a.by) || a.account - b.account).slice(0, WORST);
  return { off: { worst, accounts: all.length } };
}

/**
 * Transfers into each part of the accounts less those out of it that the acknowledged ones do not explain. Nothing where the contents of some calls
 * of unknown outcome are not known.
 */
function leftOver(
  before: MovesBooks,
  after: MovesBooks,
  { tally, ...calls }: CallRecord,
  amount: number,
): Map<number, number> | undefined {
  if (!before.balances || !after.balances || !tally) return undefined;
  if (totalOf(tally.acknowledged) !== calls.acknowledged || totalOf(tally.open) !== unknownCalls(calls))
    return undefined;
  const left = new Map<number, number>();
  for (const part of new Set([...before.balances.keys(), ...after.balances.keys()])) {
    const [from, to] = [before, after].map(({ balances }) => ({ sumOfBalances: balances?.get(part) ?? '0' }));
    const moved = Number(moneyDrift(from as Money, to as Money)) / amount - (tally.moved[part] ?? 0);
    if (moved !== 0) left.set(part, moved);
  }
  return left;
}

/**
 * Whether calls of unknown outcome explain what is left: by a choice among them, where each is known; else by how many of them went into and out of
 * each part.
 */
function judged(left: ReadonlyMap<number, number>, tally: TallyValues | undefined): Pick<Moves, 'exact' | 'heldTo'> {
  const { open = [], openOut = [], openIn = [], openCalls = [] } = tally ?? {};
  const heldTo = openCalls.length === totalOf(open) ? 'choice' : 'bounds';
  const within = [...left].every(
    ([part, moved]) => Number.isInteger(moved) && moved >= -(openOut[part] ?? 0) && moved <= (openIn[part] ?? 0),
  );
  return { exact: within && (heldTo === 'bounds' || explainedByChoice(openCalls, left)), heldTo };
}

type Money = Parameters<typeof moneyDrift>[0];

const driftOf = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before;

const isNothing = (drift: number): boolean => drift % PLACEMENT_MODULUS === 0;
