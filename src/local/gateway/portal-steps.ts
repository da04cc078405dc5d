/** Portals of which the client takes the rows in parts. */
import type { Transaction } from '../adjudicator/transaction';
import { RowDigest } from './digest';
import type { Flight } from './flight';
import { countedTag, type Portal } from './portal';
import type { Runnable } from './runnable';
import { Step, type Completion } from './step';
import { execute } from './wire/client-messages';
import { tagCount } from './wire/server-messages';

/** An Execute, and where it runs. */
interface Execution {
  flight: Flight;
  tx: Transaction;
  runnable: Runnable;
  /** The statement goes into the transaction's log. */
  trace: boolean;
  op: number;
}

/** PostgreSQL does all of a write at its first Execute, whatever the client takes of its rows: the gateway takes the others at once. */
export const isReadAhead = ({ classified: c, portal, maxRows }: Runnable): boolean =>
  portal !== undefined && maxRows > 0 && c.writes && c.returnsRows && !c.explain;

/** Appends the Execute of a portal. `step.onComplete` is called once, about all its rows. */
export function addExecute(execution: Execution, portal: Portal, step: Step): void {
  const { flight, runnable } = execution;
  const complete = step.onComplete!;
  const completeAll = (done: Completion, told: number): ReturnType<typeof complete> => {
    finish(execution, portal, done.tag);
    return complete(told === 0 ? done : { ...done, tag: countedTag(done.tag, tagCount(done.tag) + told) });
  };
  step.onComplete = done => completeAll(done, portal.fetched);
  if (isReadAhead(runnable)) return addWithRest(execution, portal, step, completeAll);
  const { tx, trace } = execution;
  const { maxRows, classified } = runnable;
  const isInParts = maxRows > 0 && classified.returnsRows && tx.kind !== 'auto';
  step.digest = portal.digest?.copy() ?? step.digest ?? (isInParts ? new RowDigest() : undefined);
  step.onSuspended = rows => {
    portal.fetched += maxRows;
    portal.digest = step.digest;
    if (tx.begun) tx.cursors.add(portal);
    if (trace && tx.kind !== 'auto') keepRead(tx, portal, { tag: '', rows }, maxRows);
    return undefined;
  };
  flight.add(executeFrame(runnable, portal), step);
}

const executeFrame = ({ frame, maxRows }: Runnable, { at, name }: Portal): Buffer =>
  at === name ? frame : execute(at, maxRows);

/** The client takes the other rows from the gateway, also after the transaction has been put back. */
function addWithRest(
  { flight, tx, runnable, op }: Execution,
  portal: Portal,
  step: Step,
  completeAll: (done: Completion, told: number) => ReturnType<NonNullable<Step['onComplete']>>,
): void {
  const rows: Buffer[] = [];
  let isSuspended = false;
  step.onSuspended = () => void (isSuspended = true);
  const rest = Object.assign(new Step('execute', false, op), {
    hold: true,
    holdOver: step.holdOver,
    digest: step.digest,
    keep: rows,
    onComplete: (done: Completion) => {
      if (!isSuspended) return undefined;
      const refused = completeAll(done, runnable.maxRows);
      if (tx.kind !== 'auto') portal.rest = { rows, tag: done.tag };
      return refused;
    },
  });
  step.holdOver = true;
  flight.add(executeFrame(runnable, portal), step);
  flight.add(execute(portal.at), rest);
}

/** PostgreSQL has given the last row. */
function finish({ tx, runnable: { classified: c } }: Execution, portal: Portal, tag: string): void {
  tx.cursors.delete(portal);
  if (tx.kind === 'auto') return;
  if (c.returnsRows && /\d$/.test(tag)) portal.rest = { rows: [], tag };
  else if (c.writes) portal.done = true;
}

/**
 * What was read of a portal, and locked, set or written rows by that, is read again where it was when the transaction runs again. `limit`: so
 * many rows, and there may be more.
 */
export function keepRead(tx: Transaction, portal: Portal, { tag, rows }: Completion, limit?: number): void {
  const { statement, tail, part } = portal;
  if (part && part === tx.log.at(-1)) Object.assign(part, { tag, rows, limit: limit && part.limit! + limit });
  else {
    if (part) part.readOn = true;
    portal.part = tx.keep({ statement, tail, tag, rows, limit, portal });
  }
}
