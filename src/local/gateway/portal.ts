import type { LogEntry, Transaction } from '../adjudicator/transaction';
import { RowDigest } from './digest';
import { conflictOC000 } from './errors';
import type { Flight } from './flight';
import type { SharedStatement } from './statements';
import { execute } from './wire/client-messages';
import { commandComplete, PORTAL_SUSPENDED } from './wire/server-messages';

/** A client's portal: a statement with its parameters, and where it stands in PostgreSQL. */
export interface Portal {
  name: string;
  /** Its name in PostgreSQL; see `reopenedAt`. */
  at: string;
  statement: SharedStatement;
  /** The same in the order of its table's key, once it has been bound: it keeps that where it is bound again. */
  ordered?: SharedStatement;
  /** The Bind message behind its names: a view of what was received. */
  tail: Buffer;
  /** How many entries the log of its transaction had when it was bound first: what was written later it does not show. */
  opened?: number;
  /** Schemas in which its names were looked for then. */
  path: readonly string[];
  /** `Transaction.epochOf` it when it was bound in PostgreSQL; see `Transaction.holds`. */
  epoch: number;
  /** Rows fetched so far, to be skipped when it is bound again. */
  fetched: number;
  /** Of those rows. */
  digest?: RowDigest;
  /** What was last read of it, where that has locked, set or perhaps written something. */
  part?: LogEntry;
  /** Of the rows that are read anew where the log runs again. */
  again?: RowDigest;
  /** PostgreSQL is done with it, and the client may not be. */
  rest?: Rest;
  /** A statement that the gateway answers itself has run: without rows it cannot run again. */
  done?: true;
}

/** What is left to tell of a portal. */
export interface Rest {
  /** DataRow messages. */
  readonly rows: Buffer[];
  /** The tag, with a number of rows. */
  readonly tag: string;
}

/** Never bound in PostgreSQL. */
export const UNBOUND = -1;

/** Where a portal is opened again beside other statements: without a name they would take its place. */
export const reopenedAt = ({ name }: Portal): string => (name === '' ? '_unnamed' : name);

/** Appends what reads a portal up to where its client has read it. It fails where the rows are not the same. */
export function addFetched(flight: Flight, tx: Transaction, portal: Portal, op?: number): void {
  const { at, fetched } = portal;
  if (fetched === 0) return;
  const digest = tx.hasSetSince(portal) ? undefined : portal.digest;
  flight.add(execute(at, fetched), {
    kind: 'execute',
    forward: false,
    op,
    digest: digest && new RowDigest(),
    onSuspended: rows => (digest === undefined || rows === digest.value ? undefined : conflictOC000),
    onComplete: () => conflictOC000,
  });
}

/** The same tag about another number of rows. */
export const countedTag = (tag: string, rows: number): string => tag.replace(/\d+$/, String(rows));

/** Takes from what is left what an Execute with `maxRows` answers. */
export function takeRest({ rows, tag }: Rest, maxRows: number): Buffer {
  const taken = rows.splice(0, maxRows === 0 ? rows.length : maxRows);
  const isSuspended = maxRows > 0 && taken.length === maxRows;
  return Buffer.concat([...taken, isSuspended ? PORTAL_SUSPENDED : commandComplete(countedTag(tag, taken.length))]);
}
