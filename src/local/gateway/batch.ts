import { keysOf, withTables, withViews } from '../adjudicator/catalog-changes';
import { Transaction, type TransactionKind } from '../adjudicator/transaction';
import { isOpaque, isSetting } from '../adjudicator/claims';
import { freedBy } from '../adjudicator/reused-keys';
import type { Classified, NamedRelation } from '../../core/dialect/contract';
import type { Backend } from './backend';
import { after } from './after';
import { askCatalog } from './ask-catalog';
import { bindIn, rebindIn } from './bind-portal';
import { BatchError } from './batch-error';
import type { ClientState } from './client-state';
import { checkKeys, keepSight, locksInVain, mayBeDoomed, mayReuseKeys, textFor } from './snapshot-view';
import { commitBlock, staleCatalog } from './commit';
import type { GatewayContext } from './context';
import * as errors from './errors';
import { Flight } from './flight';
import { settle, type FlightEnd } from './landing';
import { borrowBackend, freeBackend, lend } from './lending';
import type { Portal } from './portal';
import { isReadAhead } from './portal-steps';
import { addRun } from './run-steps';
import type { Runnable } from './runnable';
import { keepHome, keepSettings, meetBackend, ownSequences, tellSettings } from './session-state';
import { isDdl, leavesTrace, mayConflict, surelySmall } from './traits';
import { commandComplete, errorResponse, SERVER } from './wire/server-messages';

/** A flight under construction, and where it will run. */
export interface Segment {
  readonly flight: Flight;
  readonly backend: Backend;
  readonly tx: Transaction;
}

/**
 * A client's batch: the messages up to Sync or Flush, or the statements of one Query. What can go to PostgreSQL goes in one write, as a
 * flight; what the gateway serves itself, and what can fail in ways of DSQL's own, parts the batch into several.
 */
export class Batch {
  private building: Segment | undefined;
  private end: FlightEnd = 'sync';
  /** The transaction of a statement outside a block. */
  private auto: Transaction | undefined;
  private preparedAgain = false;
  /** What the latest statement names. */
  private lastNamed: readonly NamedRelation[] = [];
  /** The operation at which to go on after a flight that failed and was mended. */
  resumeAt: number | undefined;
  /** What each operation runs, for statements to be evaluated. */
  readonly runs = new Map<number, Runnable>();
  /** The next tag waits in `heldTag`: its statement is the last of a Query, of which nobody hears that it is done before it has committed. */
  holdsTag = false;
  heldTag: Buffer | undefined;

  constructor(
    readonly context: GatewayContext,
    readonly client: ClientState,
  ) {}

  /** Bytes of the gateway's own, in their place among PostgreSQL's answers. */
  emit(bytes: Buffer): void {
    if (this.holdsTag && bytes[0] === SERVER.commandComplete) this.heldTag = bytes;
    else if (this.building) this.building.flight.emit(bytes);
    else this.client.out.push(bytes);
  }

  /** @returns the tag, which the client sees now; undefined where it waits */
  retagged(tag: string): string | undefined {
    if (!this.holdsTag) return tag;
    this.heldTag = commandComplete(tag);
    return undefined;
  }

  /** The transaction in which the next statement runs; one of its own outside a block. */
  get tx(): Transaction {
    const { client } = this;
    if (client.tx) return client.tx;
    if (!this.auto) {
      this.auto = this.newTransaction('auto', client.readOnly);
      this.auto.busy = true;
    }
    return this.auto;
  }

  /** The statement outside a block is over. */
  forgetAuto(): void {
    this.auto = undefined;
  }

  /** @returns true the first time. */
  mayPrepareAgain(): boolean {
    const first = !this.preparedAgain;
    this.preparedAgain = true;
    return first;
  }

  private newTransaction(kind: TransactionKind, readOnly: boolean, deferrable = false): Transaction {
    const tx = new Transaction(kind, this.context.clock.monotonic(), readOnly, deferrable);
    tx.catalogSequence = this.context.catalog.sequence;
    tx.schemaBefore = this.context.schema;
    return tx;
  }

  /** Opens a transaction block. */
  open(kind: 'implicit' | 'explicit', readOnly: boolean, deferrable = false): void {
    const tx = this.newTransaction(kind, readOnly, deferrable);
    tx.busy = true;
    this.client.tx = tx;
    this.client.settingsBefore = this.client.localBefore = this.client.locals = undefined;
  }

  /** The flight under construction, on a backend that is ready for it; a promise where that takes time. @throws BatchError */
  segment(): Segment | Promise<Segment> {
    if (this.building) return this.building;
    const { tx } = this;
    if (!tx.needsCare && !this.client.leaving) {
      if (tx.backend) return this.build(tx, tx.backend);
      const free = freeBackend(this);
      if (free) return this.build(tx, lend(free, tx));
    }
    return this.segmentLater(tx);
  }

  private async segmentLater(tx: Transaction): Promise<Segment> {
    await this.client.leaving;
    if (tx.needsCare) await this.ready(tx);
    return this.build(tx, tx.backend ?? lend(await borrowBackend(this), tx));
  }

  /** Makes a transaction that was interfered with fit for its next statement. @throws BatchError */
  async ready(tx: Transaction): Promise<void> {
    if (staleCatalog(this, tx)) this.doomStale(tx);
    const error = await this.context.adjudicator.ready(tx);
    if (error) throw new BatchError(error);
  }

  /** DDL has changed what it used: at COMMIT it hears so, and before that who names what has changed. What it wrote cannot run again. */
  private doomStale(tx: Transaction): void {
    const { catalog } = this.context;
    tx.doom ??= errors.conflictOC001;
    for (const portal of tx.cursors)
      if (catalog.isNewer(this.client, portal.statement.classified.named ?? [], tx.catalogSequence))
        tx.cursors.delete(portal);
  }

  private build(tx: Transaction, backend: Backend): Segment {
    const flight = new Flight(this.client.out);
    this.end = 'sync';
    if (!tx.begun) this.prefix(flight, backend, tx);
    return (this.building = { flight, backend, tx });
  }

  private prefix(flight: Flight, backend: Backend, tx: Transaction): void {
    const { settings } = this.client;
    meetBackend(this.client, backend, this.context.schema);
    if (backend.settings !== settings.signature) {
      flight.add(settings.application(backend.settings), { kind: 'query', forward: false });
      backend.settings = settings.signature;
    }
    tx.snapshotSequence = this.context.footprints.sequence;
    tx.snapshotCatalog = this.context.catalog.sequence;
    tx.freedSequence = this.context.adjudicator.freedKeys.sequence;
    if (tx.kind === 'auto') return;
    backend.addHelper(flight, `begin${tx.readOnly ? 'ReadOnly' : ''}${tx.deferrable ? 'Deferrable' : ''}`);
    backend.addHelper(flight, 'savepoint');
    tx.begun = true;
  }

  /** Binds `portal` in PostgreSQL. @throws BatchError */
  bind(portal: Portal, forward: boolean, op: number): void | Promise<void> {
    return after(this.segment(), segment => bindIn(this, segment, portal, forward, op));
  }

  /** Sends a statement to PostgreSQL, within DSQL's rules for transactions. @throws BatchError */
  run(runnable: Runnable, op: number): void | Promise<unknown> {
    const { classified } = runnable;
    this.admit(classified);
    if (!classified.preconditions) return this.runAdmitted(runnable, op);
    return askCatalog(this, classified).then(() => this.runAdmitted(runnable, op));
  }

  private runAdmitted(runnable: Runnable, op: number): void | Promise<unknown> {
    const { tx } = this;
    if (tx.kind === 'auto' && !tx.readOnly && mayConflict(runnable.classified, this.context.schema)) this.inject();
    this.runs.set(op, runnable);
    if (!mayBeDoomed(tx)) return this.runInSight(runnable, op);
    return keepSight(this, tx, runnable).then(moved => (moved ? undefined : this.runInSight(runnable, op)));
  }

  private runInSight(runnable: Runnable, op: number): void | Promise<unknown> {
    const { classified } = runnable;
    const { tx } = this;
    const { adjudicator, schema } = this.context;
    adjudicator.freedKeys.add(tx, freedBy(classified, schema));
    if (mayReuseKeys(this.context, tx, classified)) return this.runReusing(runnable, op);
    const segment = this.segment();
    if (segment instanceof Promise) return segment.then(ready => this.runOn(ready, runnable, op));
    return this.runOn(segment, runnable, op);
  }

  private runOn(segment: Segment, runnable: Runnable, op: number): void | Promise<unknown> {
    this.add(segment, runnable, op);
    // after an error PostgreSQL reads up to a Sync: a Query behind extended messages would not be answered
    const isAlone = !runnable.portal || segment.tx.ddl || isReadAhead(runnable);
    // what comes behind set_config is read by what it has set
    return isAlone || runnable.classified.configures ? this.flush() : undefined;
  }

  private async runReusing(runnable: Runnable, op: number): Promise<void> {
    if (await this.flush()) return;
    const before = this.client.out.mark();
    const segment = await this.segment();
    this.add(segment, runnable, op, true);
    this.resumeAt = await checkKeys(this, segment.tx, runnable, before, op);
  }

  private add(segment: Segment, runnable: Runnable, op: number, keysChecked = false): void {
    const { classified, portal } = runnable;
    const { flight, backend, tx } = segment;
    if (classified.readsSequences) ownSequences(this.client, flight, backend, tx);
    tellSettings(this.client, flight, backend, classified);
    if (portal) rebindIn(this, segment, portal, op);
    const mayTrace = leavesTrace(classified, this.context.schema) && !locksInVain(tx, classified);
    const trace = mayTrace || (tx.begun && isSetting(classified));
    const { schema, limits } = this.context;
    const checked = tx.kind === 'auto' && trace && !surelySmall(classified, limits.rowsPerTransaction, schema);
    tx.inserting = classified.tag === 'INSERT';
    tx.latest = { classified, sql: runnable.sql };
    tx.path = this.client.searchPath;
    tx.asker = this.client.asker;
    if (tx.traced && !trace && classified.kind === 'query') tx.looks.push(classified);
    tx.traced ||= trace;
    tx.readsUnnamed ||= isOpaque(classified, this.context.schema);
    const sent = portal ? runnable : textFor(tx, runnable);
    const { context, client } = this;
    this.end = addRun({ flight, backend, tx, runnable: sent, trace, checked, keysChecked, op, context, client });
    keepHome(this.client, backend, classified, trace);
    if (classified.configures) keepSettings(this.client, flight, backend, classified, op);
  }

  /** Fails the statement where conflicts are made up; asked once. @throws BatchError */
  private inject(): void {
    if (this.preparedAgain) return;
    const error = this.context.injector.next();
    if (error) throw new BatchError(error);
  }

  /** DSQL's rules about what may stand together in a transaction. @throws BatchError */
  admit(c: Classified): void {
    const { tx } = this;
    if (isDdl(c)) return this.admitDdl(c);
    if (c.named && tx.kind !== 'auto') tx.named.push(c.named);
    this.checkCatalog(c);
    if (c.writes && tx.ddl) throw new BatchError(errors.ddlWithDml);
  }

  private admitDdl(c: Classified): void {
    const { tx } = this;
    const { searchPath } = this.client;
    const named = withTables(c.named ?? [], searchPath, this.context.schema);
    if (c.named && tx.kind !== 'auto') tx.named.push(named);
    this.checkCatalog(c);
    if (tx.ddl) throw new BatchError(errors.multipleDdl);
    if (tx.dml) throw new BatchError(errors.ddlWithDml);
    tx.changes = keysOf(named, searchPath);
    tx.drops = c.tag.startsWith('DROP');
    tx.creates = CREATES.test(c.tag) ? keysOf(c.named?.slice(0, 1) ?? [], searchPath) : [];
  }

  /** The relations that the statement names are as the session, or its transaction, knows them. @throws BatchError */
  checkCatalog(c: Classified): void {
    const { named } = c;
    const { client } = this;
    const { catalog, schema } = this.context;
    const { tx } = client;
    const readsUnnamed = tx?.readsUnnamed === true && c.relations !== undefined && isOpaque(c, schema);
    if (readsUnnamed && staleCatalog(this, tx)) throw new BatchError(errors.conflictOC001);
    if (!named) return;
    this.lastNamed = named;
    const unborn = tx?.begun && !isDdl(c) && named.find(each => catalog.isUnborn(client, each, tx.snapshotCatalog));
    if (unborn) throw new BatchError(errors.noRelation(unborn));
    if (catalog.isStale(client, named) || (tx && catalog.isNewer(client, named, tx.catalogSequence)))
      throw new BatchError(errors.conflictOC001);
  }

  /** Sends the flight under construction. @returns true when the batch goes on at `resumeAt` instead. @throws BatchError */
  flush(end: FlightEnd = this.end): Promise<boolean> {
    const { building } = this;
    if (!building) return NOTHING_SENT;
    this.building = undefined;
    return settle(this, building.flight, this.tx, end);
  }

  /** Something waits to be sent. */
  get pending(): boolean {
    return this.building !== undefined;
  }

  /** The transaction is over in PostgreSQL, or will be in a moment. Its client may still have to say ROLLBACK. */
  fail(): void {
    this.building = undefined;
    const { client } = this;
    const tx = client.tx ?? this.auto;
    this.auto = undefined;
    if (!tx || tx.failed) return;
    tx.failed = true;
    this.abandon(tx);
    if (tx.kind === 'implicit') client.tx = undefined;
  }

  restoreSettings(): void {
    const { client } = this;
    if (client.settingsBefore) client.settings.restore(client.settingsBefore);
    client.settingsBefore = undefined;
  }

  /** Commits the block. The client's transaction is over, whatever the outcome. @throws BatchError */
  commit(): Promise<void> {
    return commitBlock(this);
  }

  /** DDL of this client's has committed. */
  catalogChanged(tx: Transaction): Promise<void> {
    const { catalog, schema } = this.context;
    const created = tx.changes.length > 0 ? tx.creates : [];
    catalog.changed(this.client, withViews(tx.changes, schema.resting), tx.drops, created);
    return this.context.schemaChanged();
  }

  /** Lends the backend of the block, or any outside one, for the gateway's own look-ups. @throws BatchError */
  async withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
    const { tx } = this;
    const backend = tx.backend ?? lend(await borrowBackend(this), tx);
    try {
      return await work(backend);
    } finally {
      if (tx.kind === 'auto') {
        tx.backend = undefined;
        this.context.pool.release(backend);
      }
    }
  }

  /** Rolls the block back. */
  rollback(): void {
    const { client } = this;
    const { tx } = client;
    client.tx = undefined;
    if (tx && !tx.failed) this.abandon(tx);
  }

  /** Who asks for its sequences waits until its backend is back. */
  private abandon(tx: Transaction): void {
    const { client } = this;
    const abandoned = this.context.adjudicator.abandon(tx);
    this.restoreSettings();
    if (!client.prefersHome) return;
    const leaving = abandoned.finally(() => {
      if (client.leaving === leaving) client.leaving = undefined;
    });
    client.leaving = leaving;
  }

  /** Answers with an error; the block is aborted. */
  answerError(error: BatchError): void {
    const { sqlstate } = error.error;
    const { sequence } = this.context.catalog;
    if (error.error === errors.conflictOC001) this.client.catalog.refresh(sequence);
    else if (error.error === errors.overtakenOC001) this.client.catalog.refresh(sequence + 1);
    else if (sqlstate === '42P01' || sqlstate === '3F000') this.client.catalog.forget(this.lastNamed);
    this.client.out.push(error.frame ?? errorResponse(error.error));
    this.fail();
  }
}

/** In a snapshot that is older they are not there (42P01, observed). */
const CREATES = /^CREATE (?:TABLE|SEQUENCE)$/;

const NOTHING_SENT = Promise.resolve(false);
