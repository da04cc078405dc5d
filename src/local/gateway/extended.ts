/** The extended query protocol: the messages of one batch, in order. */
import type { Classified } from '../../core/dialect/contract';
import { after } from './after';
import { isRefusedAfterNames, refuseAfterNames } from './after-names';
import { Batch, type Segment } from './batch';
import { BatchError, batchErrorOf } from './batch-error';
import { describeBound } from './bind-portal';
import { errorOf } from './landing';
import type { ClientState } from './client-state';
import { CopyIn, unexpectedInCopy } from './copy/copy-in';
import type { GatewayContext } from './context';
import { placed } from './error-position';
import * as errors from './errors';
import { explainStatement } from './serve-explain';
import { orderedStatement } from './key-order';
import { judge, refuseUnsupported, refuseWhenAborted } from './judge';
import { addColumns, checkColumns, knowsColumns } from './kept-columns';
import { takeRest, UNBOUND, type Portal, type Rest } from './portal';
import { isServed, serve } from './served';
import { servedColumns, servedParameters } from './served-columns';
import { statementFor } from './snapshot-view';
import type { NamedStatement, SharedStatement } from './statements';
import { Step } from './step';
import {
  CLIENT,
  closePortal,
  describeStatement,
  readBind,
  readBindTail,
  readExecute,
  readParse,
  readTarget,
  type BindMessage,
} from './wire/client-messages';
import {
  BIND_COMPLETE,
  CLOSE_COMPLETE,
  EMPTY_QUERY,
  NO_DATA,
  PARSE_COMPLETE,
  parameterDescription,
} from './wire/server-messages';
import { planColumn } from './plan-column';

/** A name that a batch has given or taken away: a failure takes back what came after it. */
interface Renaming {
  op: number;
  map: Map<string, unknown>;
  name: string;
  /** What had the name. */
  before: unknown;
}

export class ExtendedBatch {
  /** The COPY at which the messages end: its rows are to come. */
  copy: CopyIn | undefined;
  private readonly batch: Batch;
  private readonly renamings: Renaming[] = [];

  constructor(
    private readonly context: GatewayContext,
    private readonly client: ClientState,
    private readonly frames: Buffer[],
  ) {
    this.batch = new Batch(context, client);
  }

  /**
   * Runs the messages up to a Sync (`synced`) or Flush.
   * @returns false after an error: the client's messages up to the next Sync are to be skipped.
   */
  async run(synced: boolean): Promise<boolean> {
    const { batch, client } = this;
    if (!client.tx && this.needsBlock(synced)) batch.open('implicit', client.readOnly);
    if (client.tx) client.tx.busy = true;
    for (let op = 0; ;) {
      try {
        if (this.copy) {
          if (op < this.frames.length) throw unexpectedInCopy(this.frames[op]!);
          return true;
        }
        if (op < this.frames.length) {
          const stepped = this.step(this.frames[op]!, op);
          if (stepped) await stepped;
        } else if (!batch.pending || !(await batch.flush())) {
          this.keepUnnamed();
          return true;
        }
        if (batch.resumeAt === undefined) op++;
        else op = this.resume(batch.resumeAt);
      } catch (failure) {
        const error = await errorOf(batch, failure);
        this.takeBackFailed(op);
        if (!(await this.finishEarlier(error))) return false;
        op = this.resume(batch.resumeAt!);
      }
    }
  }

  /** A portal without a name that has not been read: its transaction may go on by others before it is. */
  private keepUnnamed(): void {
    const { tx, portals } = this.client;
    const portal = tx && portals.get('');
    if (portal?.opened !== undefined && !portal.rest && !portal.done) tx!.cursors.add(portal);
  }

  private resume(op: number): number {
    this.batch.resumeAt = undefined;
    this.takeBack(op);
    return op;
  }

  /** What came before the error still counts. @returns true when it has to go on elsewhere. */
  private async finishEarlier(error: BatchError): Promise<boolean> {
    const { batch } = this;
    try {
      if (await batch.flush()) return true;
      this.answerError(error);
    } catch (earlier) {
      this.answerError(batchErrorOf(earlier));
    }
    return false;
  }

  private answerError(error: BatchError): void {
    if (error.op !== undefined) this.takeBackFailed(error.op);
    this.batch.answerError(this.told(error));
  }

  /** What PostgreSQL said of a statement, told in the client's text and by its name for the statement. */
  private told(error: BatchError): BatchError {
    if (error.op === undefined) return error;
    const bound = this.frames[error.op]!;
    if (error.error.sqlstate === '08P01' && bound[0] === CLIENT.bind)
      return ofStatement(error, readBind(bound).statement);
    if (error.error.position === undefined) return error;
    const frame = this.frames.slice(0, error.op + 1).findLast(({ 0: type }) => type === CLIENT.parse);
    if (!frame) return error;
    const { text, oids } = readParse(frame, this.client.settings.encoding.statement);
    const { classified } = this.ordered(this.context.registry.get(text, oids, this.client.resolution));
    return placed(error, classified, 0, this.context.explainer);
  }

  /** A single statement that ends its batch needs no block of its own. */
  private needsBlock(synced: boolean): boolean {
    let executed = 0;
    for (const frame of this.frames) {
      if (frame[0] === CLIENT.execute) executed++;
      else if (executed > 0 && frame[0] !== CLIENT.close) return true;
    }
    return executed > 1 || (executed === 1 && !synced);
  }

  private give<T>(map: Map<string, T>, name: string, value: T, op: number): void {
    this.renamings.push({ op, map, name, before: map.get(name) });
    map.set(name, value);
  }

  /** @returns what had the name */
  private takeAway<T>(map: Map<string, T>, name: string, op: number): T | undefined {
    const before = map.get(name);
    if (before !== undefined) this.renamings.push({ op, map, name, before });
    map.delete(name);
    return before;
  }

  /** Names are as they were before the operation. */
  private takeBack(from: number): void {
    while (this.renamings.length > 0 && this.renamings.at(-1)!.op >= from) {
      const { map, name, before } = this.renamings.pop()!;
      if (before === undefined) map.delete(name);
      else map.set(name, before);
    }
  }

  /** The same; what it was to give a name to has taken it away from what had it. */
  private takeBackFailed(op: number): void {
    const [failed] = this.renamings.filter(renaming => renaming.op === op);
    this.takeBack(op);
    failed?.map.delete(failed.name);
  }

  private step(frame: Buffer, op: number): Promise<unknown> | void {
    switch (frame[0]) {
      case CLIENT.parse:
        return this.parse(frame, op);
      case CLIENT.bind:
        return this.bind(frame, op);
      case CLIENT.describe:
        return this.describe(frame, op);
      case CLIENT.execute:
        return this.execute(frame, op);
      default:
        return this.close(frame, op);
    }
  }

  private parse(frame: Buffer, op: number): Promise<void> | void {
    const { statements, settings } = this.client;
    const { name, text, oids } = readParse(frame, settings.encoding.statement);
    const shared = this.context.registry.get(text, oids, this.client.resolution);
    if (shared.classified.readsSequences) this.client.prefersHome = true;
    if (shared.classified.kind !== 'empty') refuseWhenAborted(this.client, shared.classified);
    refuseUnsupported(this.client, shared.classified);
    if (name !== '' && statements.has(name)) throw new BatchError(errors.duplicateStatement(name));
    this.batch.checkCatalog(shared.classified);
    if (isRefusedAfterNames(shared.classified)) return refuseAfterNames(this.batch, shared, op);
    const { adjudicator, catalog } = this.context;
    const named: NamedStatement = { shared, columns: undefined, sequence: catalog.sequence };
    this.give(statements, name, named, op);
    const version = adjudicator.catalogVersion;
    const ordered = this.ordered(shared);
    if (isServed(shared.classified) || (ordered.validIn === version && knowsColumns(ordered, version))) {
      named.columns = ordered.columns;
      return this.batch.emit(PARSE_COMPLETE);
    }
    return after(this.batch.segment(), ({ flight, backend, tx }) => {
      const { catalogVersion } = adjudicator;
      const ran = statementFor(this.batch, tx, ordered);
      backend.prepare(flight, ran, catalogVersion, true, op);
      if (ran === ordered) addColumns(flight, ran, catalogVersion, op, () => (named.columns = ran.columns));
    });
  }

  private bind(frame: Buffer, op: number): Promise<void> | void {
    const message = readBind(frame);
    const named = this.named(message.statement);
    const statement = this.inContext(named);
    refuseWhenAborted(this.client, statement.classified);
    const served = isServed(statement.classified);
    if (served) checkValues(message, servedParameters(statement.classified).length);
    const { portals } = this.client;
    if (message.portal !== '' && portals.has(message.portal))
      throw new BatchError(errors.duplicatePortal(message.portal));
    const portal: Portal = {
      name: message.portal,
      at: message.portal,
      statement,
      tail: message.tail,
      path: this.client.searchPath,
      epoch: UNBOUND,
      fetched: 0,
    };
    this.batch.checkCatalog(statement.classified);
    return after(checkColumns(this.batch, named, statement, op), moved => {
      if (moved) return;
      if (message.portal === '') this.client.leaveUnnamedPortal();
      this.give(portals, message.portal, portal, op);
      if (served) return this.batch.emit(BIND_COMPLETE);
      return this.batch.bind(portal, true, op);
    });
  }

  private named(name: string): NamedStatement {
    const statement = this.client.statements.get(name);
    if (!statement) throw new BatchError(errors.noStatement(name));
    return statement;
  }

  private inContext({ shared }: NamedStatement): SharedStatement {
    return this.context.registry.inContext(shared, this.client.resolution);
  }

  /** The statement as PostgreSQL is to run it, but for what its transaction asks for. */
  private ordered(statement: SharedStatement): SharedStatement {
    return orderedStatement(statement, this.client, this.context);
  }

  private portal(name: string): Portal {
    const portal = this.client.portals.get(name);
    if (!portal) throw new BatchError(errors.noPortal(name));
    return portal;
  }

  private describe(frame: Buffer, op: number): Promise<void> | void {
    const target = readTarget(frame);
    const { batch } = this;
    if (target.portal) {
      const { tx, failedIn, portals } = this.client;
      const known = portals.get(target.name)?.statement.classified;
      // a block that has failed is told of portals with columns alone
      const isSilent = known ? known.writes && !known.returnsRows : target.name === '' && failedIn === tx;
      if (tx?.failed && isSilent) return batch.emit(NO_DATA);
      const portal = this.portal(target.name);
      const c = portal.statement.classified;
      refuseWhenAborted(this.client, c);
      if (isServed(c)) return batch.emit(servedColumns(c, wantsBinary(portal)));
      const columns = c.explain && planColumn(c.explain, wantsBinary(portal));
      return describeBound(batch, portal, describing(columns, op), op);
    }
    const named = this.named(target.name);
    const statement = this.inContext(named);
    const c = statement.classified;
    const columns = isServed(c) && servedColumns(c);
    if (columns !== NO_DATA) refuseWhenAborted(this.client, c);
    if (columns) {
      batch.emit(parameterDescription(servedParameters(c)));
      return batch.emit(columns);
    }
    const describe = ({ flight, backend, tx }: Segment): void => {
      const ran = statementFor(batch, tx, this.ordered(statement));
      backend.prepare(flight, ran, this.context.adjudicator.catalogVersion, false, op);
      flight.add(describeStatement(ran.name), describing(c.explain && planColumn(c.explain), op));
    };
    return after(checkColumns(batch, named, statement, op), moved =>
      moved ? undefined : after(batch.segment(), describe),
    );
  }

  private execute(frame: Buffer, op: number): Promise<unknown> | void {
    const { portal: name, maxRows } = readExecute(frame);
    const portal = this.portal(name);
    const c = portal.statement.classified;
    const { batch } = this;
    judge(this.context, this.client, c);
    if (c.kind === 'empty') return batch.emit(EMPTY_QUERY);
    if (portal.done) throw new BatchError(errors.portalCannotRun(name));
    if (portal.rest) return this.tellRest(portal.rest, maxRows);
    if (c.copyFrom) {
      portal.done = true;
      return this.copyIn(c);
    }
    if (isServed(c)) {
      if (servedColumns(c) === NO_DATA) portal.done = true;
      const { values } = readBindTail(portal.tail);
      return after(serve(batch, { c, values, binary: wantsBinary(portal), withColumns: false, op }), nothing);
    }
    if (c.explain) return explainStatement(batch, c, portal, false, op);
    return batch.run({ classified: c, sql: portal.statement.sql, frame, portal, maxRows }, op);
  }

  private async tellRest(rest: Rest, maxRows: number): Promise<void> {
    if (!(await this.batch.flush())) this.batch.emit(takeRest(rest, maxRows));
  }

  private async copyIn(c: Classified): Promise<void> {
    if (await this.batch.flush()) return;
    this.copy = await CopyIn.start(this.batch, c, false);
  }

  private close(frame: Buffer, op: number): Promise<void> | void {
    const { portal, name } = readTarget(frame);
    if (!portal) this.takeAway(this.client.statements, name, op);
    else {
      if (name === '') this.client.failedIn = undefined;
      const known = this.takeAway(this.client.portals, name, op);
      const { tx } = this.client;
      if (known) tx?.cursors.delete(known);
      if (known && name !== '' && tx?.backend && tx.holds(known)) {
        return after(this.batch.segment(), ({ flight }) =>
          flight.add(closePortal(name), { kind: 'close', forward: true, op }),
        );
      }
    }
    this.batch.emit(CLOSE_COMPLETE);
  }

  /** Ends a block that only the batch made. */
  async endImplicit(): Promise<void> {
    const { batch } = this;
    try {
      await batch.commit();
    } catch (error) {
      batch.answerError(batchErrorOf(error));
    }
  }
}

/** PostgreSQL knows the statement by another name, which has been left out. */
function ofStatement({ error, op }: BatchError, name: string): BatchError {
  const message = error.message.replace('prepared statement ""', () => `prepared statement "${name}"`);
  return new BatchError({ ...error, message }, undefined, op);
}

/** @throws BatchError where there are more or fewer values than parameters */
function checkValues({ statement, tail }: BindMessage, parameters: number): void {
  const { values } = readBindTail(tail);
  if (values.length !== parameters) throw new BatchError(errors.bindCount(statement, values.length, parameters));
}

function wantsBinary(portal: Portal): boolean {
  return readBindTail(portal.tail).resultFormats[0] === 1;
}

const nothing = (): void => undefined;

function describing(columns: Buffer | undefined, op: number): Step {
  const step = new Step('describe', true, op);
  step.columns = columns;
  return step;
}
