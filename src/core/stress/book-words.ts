import { count, counted } from '../../base/number-text';
import { BOOK_PARTS } from '../bank/books';
import type { Ledger, Moves, RunResult } from './contract';
import { leavesMuchOpen } from './ledger';

/** What became of a run's money as one clause, and how it is to be taken. */
export interface Finding {
  level: 'good' | 'bad' | 'warning';
  text: string;
}

/** What the balances say of a run's transfers between so many accounts, and by which rule; `ledger` is what was found of the rows. */
export function movesFinding(moves: Moves, ledger: Ledger | undefined, accounts: number): Finding {
  const { acknowledged, unknown = 0, exact, heldTo = 'answers' } = moves;
  const transfers = `${counted(acknowledged, 'acknowledged transfer')} make${acknowledged === 1 ? 's' : ''}`;
  const open = `${counted(unknown, 'call')} of unknown outcome`;
  // as many as accounts lead from any of them to any other, and so explain whatever is left
  const openLevel = leavesMuchOpen(moves) || unknown >= Math.min(accounts, BOOK_PARTS) ? 'warning' : 'good';
  switch (heldTo) {
    case 'answers':
      return exact
        ? { level: 'good', text: `exact: the balances are those that ${transfers}` }
        : {
            level: 'bad',
            text: `not exact: the balances are not those that the acknowledged transfers make. ${MISMADE}${offText(moves)}`,
          };
    case 'rows':
      if (exact)
        return {
          level: 'good',
          text: 'exact: each balance changed by what the rows of transactions say, in one snapshot',
        };
      return {
        level: 'bad',
        text:
          ledger?.exact === true
            ? `not exact: the balances have not changed by what the rows of transactions say. Some was moved without a row, or a row was written without a move; ${OTHERS}`
            : 'not exact: the balances have changed by what the rows of transactions say, and these are not what was asked for',
      };
    case 'choice':
      return exact
        ? {
            level: openLevel,
            text: `as exact as can be told: the balances are those that ${transfers}, with ${unknown === 1 ? `one call of unknown outcome made once or not at all` : `some of ${open} made once and the others not`}`,
          }
        : {
            level: 'bad',
            text: `not exact: whichever of ${open} ${unknown === 1 ? 'was' : 'were'} made, the balances are not those that they and the acknowledged transfers make. ${MISMADE}`,
          };
    case 'bounds':
      return exact
        ? {
            level: openLevel,
            text: `as exact as can be told: the balances are those that ${transfers}, but for what ${open} may have moved`,
          }
        : {
            level: 'bad',
            text: `not exact: whatever ${open} did, the balances are not those that the acknowledged transfers make. ${MISMADE}`,
          };
  }
}

/** Which accounts are off, and by how much, as a sentence after another; nothing where that is not known. */
export function offText({ off }: Pick<Moves, 'off'> = {}): string {
  if (!off) return '';
  const named = off.worst.map(({ account, by }) => `${account} by ${by > 0 ? '+' : ''}${by.toLocaleString('en')}`);
  const more = off.accounts - named.length;
  return `. Accounts that are off: ${named.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

/** Why books that do not agree with the answers prove nothing of this run; nothing where they agree, or nobody else is known to have moved money. */
export function unjudgedBooks({ ledger, moves, alongside = [] }: Pick<RunResult, 'ledger' | 'moves' | 'alongside'>) {
  if (alongside.length === 0 || (ledger?.exact !== false && moves?.exact !== false)) return undefined;
  return `cannot be judged: ${runNames(alongside)} moved money meanwhile`;
}

/** Runs by their names: “a”, “b” and “c”. */
export function runNames(names: readonly string[]): string {
  const quoted = names.map(name => `“${name}”`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}

const OTHERS = 'or somebody else moved money meanwhile';
const MISMADE = `Some were applied twice, not at all, although refused, or with other accounts or amounts; ${OTHERS}`;

/** How many of the calls of unknown outcome were made, and what of the rows could not be judged; sentences, none where there is nothing to add. */
export function ledgerNotes({ acknowledged, unknown, recorded, exact, heldTo, untold = 0 }: Ledger): string[] {
  const made = recorded - acknowledged;
  return [
    ...(exact && unknown > 0 && heldTo !== undefined
      ? [
          `Of the calls of unknown outcome ${made === 0 ? 'none was' : made === 1 ? 'one was' : `${count(made)} were`} made.`,
        ]
      : []),
    ...(heldTo === 'number' ? ['Only the number of rows could be judged, not what they say.'] : []),
    ...(untold > 0
      ? [
          `What ${untold === 1 ? 'one of them' : `up to ${count(untold)} of them`} asked for is not known: as many rows could say anything.`,
        ]
      : []),
  ];
}
