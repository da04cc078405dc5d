import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerError } from '../ports';
import type { Backend } from '../gateway/backend';
import { QueryFailed } from '../gateway/catalog-query';
import type { SchemaFacts } from '../gateway/schema-facts';
import { RowDigest } from '../gateway/digest';
import { ageLimit, conflictOC000, freedMeanwhile, serverUnavailable } from '../gateway/errors';
import { Flight, type FlightFailure } from '../gateway/flight';
import { addFetched, reopenedAt, type Portal } from '../gateway/portal';
import { bind, execute, NO_OIDS, NO_VALUES } from '../gateway/wire/client-messages';
import type { BackendPool } from '../gateway/pool';
import type { SharedStatement } from '../gateway/statements';
import { isSetting } from './claims';
import { searchPathOf } from './footprint';
import type { LockProbe } from './lock-probe';
import { looksInVain } from './references';
import { deferredOf, doubtsOf, FreedKeys, reuseOf, seesOrphan, type Doubts, type Reuse } from './reused-keys';
import { hasSeenValues } from './seen-values';
import { isForeignKey, mayBeStale, rowInTheWay } from './stale-violation';
import { leaveTakenKeys } from './taken-keys';
import { mayHaveWritten, Transaction, type LogEntry } from './transaction';

/** What is to be done about a statement that PostgreSQL refused. */
export type Verdict =
  /** The transaction is as before the statement: run it again. */
  | 'retry'
  /** The transaction can no longer commit but goes on: answer the statement as if it had run. */
  | 'evaluate'
  /** The same, but only copies of the tables tell what it answers; the error stands where there can be none. */
  | 'try copies'
  /** The error stands. */
  | 'fail';

/** How often one statement may lose a ring of conflicts before it fails. */
const MAX_RING_LOSSES = 5;
/** As long as a statement is waited for before it has to make way itself. */
const LONGEST_PASS_MS = 500;

/** Another has written the row; a deadlock. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01']);
const ON_CONFLICT = /\bon\s+conflict\b/i;

/**
 * Optimistic concurrency over PostgreSQL's locks. Nobody waits for a transaction whose client is idle: such a holder is *parked*, that
 * is, put back to the savepoint before its first statement, which frees its locks and keeps its snapshot. When its client speaks again
 * its log runs again under the same snapshot. Whoever commits first dooms all it conflicted with. PostgreSQL itself refuses every lost
 * update, so a mistake here can cost an error too many, never a wrong commit.
 */
export class Adjudicator {
  /** Version of the catalogue, for statements prepared again. */
  catalogVersion = 0;
  readonly freedKeys = new FreedKeys();
  parks = 0;
  replays = 0;
  evictions = 0;
  /** Transactions that ended without COMMIT: refused, failed, rolled back, or left by their client. Empty ones do not count. */
  undone = 0;

  constructor(
    private readonly pool: BackendPool,
    private readonly probe: LockProbe,
    private readonly schema: () => SchemaFacts,
  ) {}

  /**
   * Makes the transaction fit for its client's next statement: waits for a parking under way and replays.
   * @returns an error that the statement must answer with; the transaction is over then.
   */
  async ready(tx: Transaction): Promise<ServerError | undefined> {
    for (;;) {
      while (tx.parking) await tx.parking;
      if (tx.evicted) return tx.doom ?? conflictOC000;
      if (tx.backend?.lost) return serverUnavailable;
      if (!tx.parked) return undefined;
      await this.letPass(tx);
      const error = await this.replay(tx);
      if (error) return error;
    }
  }

  /** Waits for those to whom the transaction has lost a ring; not for long: one of them may wait for its client. */
  private async letPass(tx: Transaction): Promise<void> {
    const { winners } = tx;
    tx.winners = undefined;
    if (!winners) return;
    const over = new AbortController();
    await Promise.race([winners, sleep(LONGEST_PASS_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
  }

  /** Puts an idle holder back to its savepoint. */
  park(tx: Transaction): void {
    const { backend } = tx;
    if (!backend) return;
    this.parks++;
    tx.parked = true;
    tx.losePortals();
    const flight = new Flight(undefined);
    backend.addHelper(flight, 'backToSavepoint');
    tx.parking = backend.fly(flight, 'sync').then(() => {
      tx.parking = undefined;
    });
  }

  /** Ends an idle holder's transaction in PostgreSQL; its client hears `doom` at its next statement. */
  evict(tx: Transaction, doom: ServerError): void {
    this.evictions++;
    tx.doom = doom;
    tx.evicted = true;
    tx.parking = this.release(tx).then(() => {
      tx.parking = undefined;
    });
  }

  /** Takes the backend of a transaction that is too old for its next statement, while its client does nothing. */
  expire(backend: Backend, nowMs: number, limitMs: number): void {
    const tx = backend.owner;
    if (!(tx instanceof Transaction) || tx.kind === 'auto' || tx.backend !== backend) return;
    const ageMs = nowMs - tx.startedMs;
    if (ageMs > limitMs && !tx.busy && !tx.parking && !tx.ended && !backend.busy)
      this.evict(tx, ageLimit(limitMs, ageMs));
  }

  /** Rolls back in PostgreSQL, where there is something to roll back, and gives the backend back. */
  async release(tx: Transaction): Promise<void> {
    const { backend } = tx;
    tx.backend = undefined;
    if (!backend) return;
    const flight = new Flight(undefined);
    backend.addHelper(flight, 'rollback');
    await backend.fly(flight, 'sync');
    if (flight.failure || flight.status !== 'I') this.pool.discard(backend);
    this.pool.release(backend);
  }

  /**
   * Decides about a failed statement of a transaction block. `reuses`: it may have used keys that others have freed since, and failed only
   * behind that.
   */
  async recover(
    tx: Transaction,
    { error, frame }: FlightFailure,
    statement: SharedStatement | undefined,
    reuses: boolean,
  ): Promise<Verdict> {
    const { backend } = tx;
    if (!backend || backend.lost || tx.copies) return 'fail';
    const upsert = statement && ON_CONFLICT.test(statement.sql) ? statement : undefined;
    if (error === freedMeanwhile) return (await this.startAgain(tx)) ? 'retry' : 'fail';
    if (frame && !tx.ddl && (mayBeStale(error) || (reuses && isForeignKey(error))))
      return this.recoverViolation(tx, backend, { error, frame }, upsert !== undefined, reuses);
    return this.recoverConflict(tx, error, upsert);
  }

  /** Back to the savepoint, and the log again. @returns false where the transaction is over */
  private async startAgain(tx: Transaction): Promise<boolean> {
    this.park(tx);
    return (await this.ready(tx)) === undefined;
  }

  /** A constraint is violated by rows of today, perhaps not by those of the snapshot. */
  private async recoverViolation(
    tx: Transaction,
    backend: Backend,
    { error, frame }: Pick<Required<FlightFailure>, 'error' | 'frame'>,
    upsert: boolean,
    reuses: boolean,
  ): Promise<Verdict> {
    if (!(await this.startAgain(tx))) return 'fail';
    const isThere = (sql: string): Promise<boolean> =>
      this.probe.anyRow(backend.pid, [
        { sql, oids: NO_OIDS, tail: NO_VALUES, searchPath: searchPathOf(tx), asker: tx.asker },
      ]);
    const row = mayBeStale(error) ? await rowInTheWay(backend, error, frame, isThere) : 'perhaps changed';
    if (row === 'seen' ? !(upsert && reuses) : row === 'perhaps changed' && !upsert && !reuses) return 'fail';
    tx.doom ??= conflictOC000;
    return row === 'unseen' ? 'evaluate' : 'try copies';
  }

  /** PostgreSQL has refused a row that others have written, or the statement was cancelled to break a ring. */
  private async recoverConflict(
    tx: Transaction,
    { sqlstate }: ServerError,
    upsert: SharedStatement | undefined,
  ): Promise<Verdict> {
    const ring = sqlstate === '57014';
    if (ring ? tx.overtaken || ++tx.ringLosses > MAX_RING_LOSSES : !CONFLICTS.has(sqlstate)) return 'fail';
    this.park(tx);
    const again = ring || (upsert !== undefined && (await this.leaveTaken(tx, [upsert])));
    if (!again) tx.doom ??= conflictOC000;
    if (await this.ready(tx)) return 'fail';
    return again ? 'retry' : 'evaluate';
  }

  /**
   * A statement of `waiting` is held up by a row of `held`: both claim it, but where only PostgreSQL's way of checking makes them. Two that
   * have written the same row PostgreSQL tells apart all the same, and of those that have locked it `Footprints` knows.
   */
  met(waiting: Transaction, held: Transaction): void {
    const statementsOf = ({ log, latest }: Transaction) => [
      ...log.map(({ statement }) => statement),
      ...(latest ? [latest] : []),
    ];
    const schema = this.schema();
    if (waiting.inserting || [waiting, held].some(tx => looksInVain(statementsOf(tx), schema))) return;
    waiting.conflictWith(held);
  }

  /** See `leaveTakenKeys`; of a transaction that has not failed, or is on its way back to the savepoint. */
  async leaveTaken(tx: Transaction, statements: readonly SharedStatement[]): Promise<boolean> {
    while (tx.parking) await tx.parking;
    const { backend } = tx;
    if (!backend || backend.lost || tx.doom) return false;
    return leaveTakenKeys(tx, statements, backend);
  }

  /**
   * Runs the log again. Under the old snapshot it must answer as it did; if it cannot, the transaction is doomed but goes on. What a doomed
   * one has written is not written again: nobody is to wait for it.
   */
  private async replay(tx: Transaction): Promise<ServerError | undefined> {
    tx.parked = false;
    if (tx.doom) {
      tx.loseWrites();
      return this.setAgain(tx);
    }
    if (tx.log.length === 0 && tx.cursors.size === 0) return undefined;
    if (hasSeenValues(tx, this.schema())) return conflictOC000;
    this.replays++;
    tx.inserting = tx.log.some(entry => entry.statement.classified.tag === 'INSERT');
    const backend = tx.backend!;
    const flight = new Flight(undefined);
    const portals = tx.portals();
    for (const [at, entry] of tx.log.entries()) {
      this.addPortals(flight, tx, portals, at);
      this.addEntry(flight, tx, entry, tx.withoutTaken.get(entry.statement.sql));
    }
    this.addPortals(flight, tx, portals, tx.log.length);
    await backend.fly(flight, 'sync');
    if (backend.lost) return serverUnavailable;
    if (!flight.failure && !(await this.hasReusedKeys(tx, backend))) return undefined;
    const ring = flight.failure?.error.sqlstate === '57014' && ++tx.ringLosses <= MAX_RING_LOSSES;
    this.park(tx);
    const inserted = tx.log.flatMap(entry => (entry.statement.classified.tag === 'INSERT' ? [entry.statement] : []));
    if (!ring && !(await this.leaveTaken(tx, inserted))) tx.doom ??= conflictOC000;
    return undefined;
  }

  /** What a doomed transaction has set, and portals that only read what was there before it wrote, went with its writes and stay all the same. */
  private async setAgain(tx: Transaction): Promise<ServerError | undefined> {
    const backend = tx.backend!;
    const flight = new Flight(undefined);
    const portals = tx.portals().filter(({ part }) => !part || isSetting(part.statement.classified));
    let hasWritten = false;
    for (const [at, entry] of tx.log.entries()) {
      const { classified } = entry.statement;
      if (!hasWritten) this.addPortals(flight, tx, portals, at);
      if (isSetting(classified)) this.addEntry(flight, tx, entry);
      hasWritten ||= mayHaveWritten(classified);
    }
    if (!hasWritten) this.addPortals(flight, tx, portals, tx.log.length);
    if (flight.empty) return undefined;
    await backend.fly(flight, 'sync');
    if (backend.lost) return serverUnavailable;
    return flight.failure ? tx.doom : undefined;
  }

  /** What ran again has done what its snapshot does not allow: it did something else before. */
  private async hasReusedKeys(tx: Transaction, backend: Backend): Promise<boolean> {
    const { freedKeys } = this;
    if (freedKeys.isQuiet(tx)) return false;
    try {
      for (const { statement } of tx.log) {
        const doubts = doubtsOf(statement.classified, table => freedKeys.areFreed(table, tx), this.schema());
        if (doubts && (await this.reuseOf(backend, doubts))) return true;
      }
      return false;
    } catch (error) {
      if (error instanceof QueryFailed) return true;
      throw error;
    }
  }

  /** Behind checks that were put off, which PostgreSQL makes among the newest rows: what they let pass the snapshot does not. @throws QueryFailed */
  async leavesOrphans(tx: Transaction, backend: Backend): Promise<boolean> {
    const { freedKeys } = this;
    if (freedKeys.isQuiet(tx)) return false;
    const schema = this.schema();
    const keys = tx.log.flatMap(({ statement }) =>
      deferredOf(statement.classified, table => freedKeys.areFreed(table, tx), schema),
    );
    return seesOrphan(backend, [...new Set(keys)]);
  }

  /** What the transaction has done behind these doubts. @throws QueryFailed */
  reuseOf(backend: Backend, doubts: Doubts): Promise<Reuse | undefined> {
    return reuseOf(backend, doubts, this.probe);
  }

  private addEntry(flight: Flight, tx: Transaction, entry: LogEntry, statement = entry.statement): void {
    const { limit, tag } = entry;
    const portal = entry.portal && tx.holds(entry.portal) ? entry.portal : undefined;
    if (!portal) {
      tx.backend!.prepare(flight, statement, this.catalogVersion, false, -1);
      flight.add(bind('', statement.name, entry.tail), { kind: 'bind', forward: false });
    }
    flight.add(execute(portal?.at, limit), {
      kind: 'execute',
      forward: false,
      digest: entry.rows === '' ? undefined : (portal?.again ?? new RowDigest()),
      onComplete: ({ tag: now, rows }) =>
        limit === undefined && (portal || now === tag) && rows === entry.rows ? undefined : conflictOC000,
      onSuspended: rows => (rows === entry.rows ? undefined : conflictOC000),
    });
  }

  /**
   * Opens those of the portals again that were opened when the log had so many entries, and reads them up to where they have been read; one
   * of which the log tells is read there.
   */
  private addPortals(flight: Flight, tx: Transaction, portals: readonly Portal[], entries: number): void {
    for (const [n, portal] of portals.entries()) {
      if (portal.opened !== entries) continue;
      const original = portal.ordered ?? portal.statement;
      const statement = tx.withoutTaken.get(original.sql) ?? original;
      tx.backend!.prepare(flight, statement, this.catalogVersion, false, -1);
      portal.at = tx.cursors.has(portal) ? reopenedAt(portal) : `_${n}`;
      flight.add(bind(portal.at, statement.name, portal.tail), { kind: 'bind', forward: false });
      if (portal.part) portal.again = new RowDigest();
      else addFetched(flight, tx, portal);
      portal.epoch = tx.epochOf(portal);
    }
  }

  /** The transaction leaves nothing behind; its backend goes back once PostgreSQL has rolled back. */
  async abandon(tx: Transaction): Promise<void> {
    if (tx.begun || tx.failed) this.undone++;
    if (tx.doom === conflictOC000) this.pool.workingLimit.conflicted();
    tx.rolledBack();
    while (tx.parking) await tx.parking;
    await this.release(tx);
  }

  /** The transaction has committed in PostgreSQL. */
  committed(tx: Transaction): void {
    if (tx.dml) this.pool.workingLimit.committed();
    if (tx.ddl) this.catalogVersion++;
    if (tx.frees.length > 0) this.freedKeys.committed(tx.frees);
    tx.committed(conflictOC000);
  }
}
