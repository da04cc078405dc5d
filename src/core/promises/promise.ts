/** The promises by name, and the set from which each is asked for. */
import { retriesConflictsOnly } from './attempts';
import type { TransferCaller } from './caller';
import { losesNoUpdate, reportsRetries, retriesConflicts, spendsOnce } from './conflicts';
import { PROMISE_SETS, type PromiseSet, type Verdict } from './contract';
import { leavesNoHalfTransfer, returnsConnections } from './failure';
import type { TestGround } from './ground';
import { recordsOnce } from './history';
import {
  bindsValues,
  movesExactly,
  refusesOddAmounts,
  refusesOverdraft,
  refusesUnknownAccounts,
  survivesSelfTransfer,
} from './money';
import { givesUp } from './patience';

/** What the test of a promise works with. */
export interface Bench {
  ground: TestGround;
  caller: TransferCaller;
  monotonic: () => number;
}

export interface TransferPromise {
  /** Stable, for programs. */
  id: string;
  /** The promise itself, as a sentence. */
  title: string;
  /** The set that asks for it first. */
  since: PromiseSet;
  test(bench: Bench): Promise<Verdict>;
}

/** Named apart: a call that hangs breaks it, whichever test made the call. */
export const CONNECTIONS = { id: 'connections', title: 'Connections go back to the pool' } as const;

/** In the order of testing: what later tests rest on comes first. */
export const TRANSFER_PROMISES: readonly TransferPromise[] = [
  { id: 'moves-exactly', title: 'Moves exactly the amount', since: 'money', test: movesExactly },
  {
    id: 'no-overdraft',
    title: 'Insufficient funds change nothing, and it says so',
    since: 'money',
    test: refusesOverdraft,
  },
  {
    id: 'known-accounts',
    title: 'Unknown accounts change nothing, and it says so',
    since: 'money',
    test: refusesUnknownAccounts,
  },
  { id: 'self-transfer', title: 'A transfer to oneself makes no money', since: 'money', test: survivesSelfTransfer },
  { id: 'whole-amounts', title: 'Only positive whole amounts move', since: 'money', test: refusesOddAmounts },
  { id: 'bound-values', title: 'Values are bound, never run', since: 'money', test: bindsValues },
  { id: 'no-half-transfer', title: 'An error leaves no half transfer', since: 'money', test: leavesNoHalfTransfer },
  { ...CONNECTIONS, since: 'money', test: returnsConnections },
  { id: 'no-lost-update', title: 'No update is lost when transfers meet', since: 'money', test: losesNoUpdate },
  { id: 'no-double-spend', title: 'The same money is not spent twice', since: 'money', test: spendsOnce },
  { id: 'retries-conflicts', title: 'A lost conflict is tried again, whole', since: 'retries', test: retriesConflicts },
  {
    id: 'conflicts-only',
    title: 'Nothing but a conflict is tried again',
    since: 'retries',
    test: retriesConflictsOnly,
  },
  { id: 'bounded', title: 'Retries end', since: 'retries', test: givesUp },
  { id: 'tells-retries', title: 'It tells how often it tried again', since: 'retries', test: reportsRetries },
  { id: 'history-once', title: 'One row of history for each transfer made', since: 'history', test: recordsOnce },
];

/** The promises of a set: its own and those of the sets before it; or those with the ids, in the order of testing. */
export function promisesOf(set: PromiseSet, only?: readonly string[]): TransferPromise[] {
  if (only) return TRANSFER_PROMISES.filter(({ id }) => only.includes(id));
  const reached = PROMISE_SETS.indexOf(set);
  return TRANSFER_PROMISES.filter(({ since }) => PROMISE_SETS.indexOf(since) <= reached);
}
