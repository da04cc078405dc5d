import type { Classified, NamedRelation } from '../../core/dialect/contract';
import type { ServerError } from '../ports';
import type { Backend } from '../gateway/backend';
import type { SchemaFacts } from '../gateway/schema-facts';
import type { Portal } from '../gateway/portal';
import type { SharedStatement } from '../gateway/statements';
import { isSetting } from './claims';
import type { Asker } from './lock-probe';
import type { PrivateCopies } from './private-copies';

/** A statement that wrote or locked, as it can be run again, and what it answered. */
export interface LogEntry {
  statement: SharedStatement;
  /** Parameters and formats as in the client's Bind. */
  tail: Buffer;
  tag: string;
  /** Checksum of the rows the client saw; '' when it saw none. */
  rows: string;
  /** The client has read so many rows and not the others, which are not locked. */
  limit?: number;
  /** Of which this was read, if it was opened earlier or is read in parts: it is opened again where it was, and read here. */
  portal?: Portal;
  /** A later entry tells of the portal's rows, these included. */
  readOn?: true;
  /** Schemas in which its names were looked for. */
  path: readonly string[];
  /** Whose it was. */
  asker: Asker;
}

/** A statement of the log may have written rows, not only locked some, or changed settings. */
export const mayHaveWritten = (c: Classified): boolean =>
  !isSetting(c) && c.kind !== 'set-constraints' && (!c.locking || c.writes || c.functions !== undefined);

/**
 * - `auto`: one statement outside a transaction block; ends with its flight
 * - `implicit`: several statements sent together outside a block
 * - `explicit`: BEGIN … COMMIT
 */
export type TransactionKind = 'auto' | 'implicit' | 'explicit';

let nextEpoch = 1;

/** A client's transaction: its state in PostgreSQL, its conflicts, and what it has used of the limits. */
export class Transaction {
  /** The backend it is bound to, from its first statement on. */
  backend: Backend | undefined;
  /** Writing, locking and setting statements, in order. */
  readonly log: LogEntry[] = [];
  /** Of portals that have a name in PostgreSQL. Changes, to a value no other transaction has, with each return to the savepoint. */
  private epoch = nextEpoch++;
  /** Of the unnamed portal. Changes with whatever of the gateway's own takes its place, too. */
  private unnamedEpoch = this.epoch;
  /** Portals that may be read further: those with a name, and one without that has been read in part. */
  readonly cursors = new Set<Portal>();
  /** BEGIN has been sent, and the savepoint behind it: whoever returns there has no locks, of tables neither, and the same snapshot. */
  begun = false;
  /** `Footprints.sequence` when it was sent: its snapshot is not older. */
  snapshotSequence = 0;
  /** `CatalogChanges.sequence` then: what was created later is not in the snapshot. */
  snapshotCatalog = 0;
  /** `FreedKeys.sequence` when BEGIN was sent. */
  freedSequence = 0;
  /** Unqualified names of tables of which it may have freed keys. */
  readonly frees: string[] = [];
  /** Called when it is over. */
  onEnded: (() => void) | undefined;
  /** Back at the savepoint: the log must run again before anything else. */
  parked = false;
  /** Settles when the way back to the savepoint is done. */
  parking: Promise<void> | undefined;
  /** What COMMIT will answer: another transaction that it conflicted with has committed. */
  doom: ServerError | undefined;
  /** When it is doomed: writes that its client was answered and PostgreSQL does not hold. Part of `log`. */
  unapplied: Set<LogEntry> | undefined;
  /** When it is doomed: the tables it works on from now on. */
  copies: PrivateCopies | undefined;
  /** By their texts, statements that run without the rows whose keys its snapshot shows taken; see `leaveTakenKeys`. */
  readonly withoutTaken = new Map<string, SharedStatement>();
  /** Its backend was taken away; the next statement fails with `doom`. */
  evicted = false;
  /** COMMIT is on its way: the outcome is PostgreSQL's from here on. */
  committing = false;
  /** A statement of it is being served. */
  busy = false;
  ended = false;
  /**
   * Its latest statement inserts: it may be held up by a row that it will not write (ON CONFLICT, a key that is taken), so that being held
   * up is not yet a conflict. PostgreSQL tells when one of the two runs again.
   */
  inserting = false;
  /** Schemas in which names are looked for, and whose statements they are, as of the one that was sent last. */
  path: readonly string[] = [];
  asker: Asker = { role: '' };
  /** The statement that was sent last: while it is held up it is not in the log. */
  latest: Pick<SharedStatement, 'classified' | 'sql'> | undefined;
  /** An error has aborted it; only COMMIT and ROLLBACK are served. */
  failed = false;
  /** How often a ring was broken at its expense in the current statement. */
  ringLosses = 0;
  /** Settles when those are answered at whose sake a ring was last broken. */
  winners: Promise<unknown> | undefined;
  /** How often a long statement of it was made to begin anew. */
  interruptions = 0;
  /** Its statement was cancelled because DDL waited for a table that it reads or writes. */
  overtaken = false;
  /** It may have read tables that no statement of it names: through functions, also those of views. */
  readsUnnamed = false;
  /** Transactions that wrote or locked the same rows. */
  enemies: Set<Transaction> | undefined;
  rows = 0;
  /** Bytes of its writing statements and their parameters. */
  sentBytes = 0;
  /** It makes large values of small ones. */
  generates = false;
  /** A position in the write-ahead log before its first write. */
  logBefore: number | undefined;
  /** The same behind its last write, where that told. */
  logAfter: number | undefined;
  ddl = false;
  /** A statement that has to run again after a return to the savepoint has been sent. */
  traced = false;
  /** Queries since then that need not: what its client may know of what it wrote. Of the others the log holds what they answered. */
  readonly looks: Classified[] = [];
  /** It has done what its log does not hold: it cannot go back to the savepoint. */
  unlogged = false;
  /** Relations its DDL changes, see `CatalogChanges.changed`. */
  changes: readonly string[] = [];
  /** The first of them is new. */
  creates: readonly string[] = [];
  /** Its DDL drops them. */
  drops = false;
  /** `CatalogChanges.sequence` when it began. */
  catalogSequence = 0;
  /** The schema when it began. */
  schemaBefore: SchemaFacts | undefined;
  /** Relations its statements named, and those whose DDL it made way for, which it may have read without naming them. */
  readonly named: (readonly NamedRelation[])[] = [];
  dml = false;
  /** Asynchronous jobs to start once it has committed. */
  readonly jobs: string[] = [];

  constructor(
    public kind: TransactionKind,
    /** Monotonic milliseconds. */
    readonly startedMs: number,
    readonly readOnly: boolean,
    /** DEFERRABLE, which PostgreSQL shows. */
    readonly deferrable = false,
  ) {}

  /** It cannot go on as it is: `Adjudicator.ready` has to see to it first. */
  get needsCare(): boolean {
    return this.parking !== undefined || this.parked || this.evicted || this.backend?.lost === true;
  }

  /** What `Portal.epoch` is of one that is opened now. */
  epochOf({ at }: Pick<Portal, 'at'>): number {
    return at === '' ? this.unnamedEpoch : this.epoch;
  }

  /** PostgreSQL has the portal as it was opened. */
  holds(portal: Pick<Portal, 'at' | 'epoch'>): boolean {
    return portal.epoch === this.epochOf(portal);
  }

  /**
   * A portal cannot be opened now as it was: the transaction may have written something since, also by reading it, and not only locked rows. A
   * write sees what is there when it runs, under the settings with which it was bound.
   */
  hasMovedOn(portal: Portal): boolean {
    if (portal.statement.classified.writes) return this.hasSetSince(portal);
    const { opened = this.log.length } = portal;
    return this.log.slice(opened).some(({ statement }) => mayHaveWritten(statement.classified));
  }

  /** It may have written something by the time a portal was opened: the portal shows it. */
  wroteBefore({ opened = 0 }: Portal): boolean {
    return this.log.slice(0, opened).some(({ statement }) => mayHaveWritten(statement.classified));
  }

  /** Portals that are to be open when the log runs again: those that may be read further, and those of which it tells. */
  portals(): Portal[] {
    return [...new Set([...this.cursors, ...this.log.flatMap(({ portal }) => portal ?? [])])];
  }

  /** It has changed settings since a portal was opened: rows that were read then may be told in another form now. */
  hasSetSince({ opened = this.log.length }: Portal): boolean {
    return this.log.slice(opened).some(({ statement }) => isSetting(statement.classified));
  }

  /** The unnamed portal is gone in PostgreSQL. */
  loseUnnamed(): void {
    this.unnamedEpoch = nextEpoch++;
  }

  /** Returned to the savepoint: portals are gone in PostgreSQL. */
  losePortals(): void {
    this.epoch = this.unnamedEpoch = nextEpoch++;
  }

  /** PostgreSQL holds nothing of a doomed transaction any more. */
  loseWrites(): void {
    this.copies = undefined;
    this.unapplied = new Set(this.log);
  }

  /** The statement that was sent last, or a part of it, has run. */
  keep({ statement, tail, tag, rows, limit, portal }: Omit<LogEntry, 'path' | 'asker' | 'readOn'>): LogEntry {
    const { path, asker } = this;
    const entry: LogEntry = { statement, tail, tag, rows, limit, portal, path, asker }; // with `...run` V8 makes its form anew each time
    this.log.push(entry);
    return entry;
  }

  /** A doomed transaction's statement was answered and not run. */
  addUnapplied(run: Parameters<Transaction['keep']>[0]): void {
    (this.unapplied ??= new Set()).add(this.keep(run));
  }

  /** Records that both wrote or locked the same row. */
  conflictWith(other: Transaction): void {
    (this.enemies ??= new Set()).add(other);
    (other.enemies ??= new Set()).add(this);
  }

  /** Dissolves its conflicts. */
  private detach(): void {
    this.ended = true;
    this.onEnded?.();
    if (!this.enemies) return;
    for (const enemy of this.enemies) enemy.enemies?.delete(this);
    this.enemies = undefined;
  }

  /** It has committed: whoever conflicted with it, and is not past the point of no return, can no longer commit. */
  committed(doom: ServerError): void {
    if (this.enemies) for (const enemy of this.enemies) if (!enemy.committing) enemy.doom ??= doom;
    this.detach();
  }

  /** It has left nothing behind. */
  rolledBack(): void {
    this.detach();
  }
}
