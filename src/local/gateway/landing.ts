/** What follows a flight of a client's batch: commit of statements outside a block, and mending of what conflicts broke. */
import type { ServerError } from '../ports';
import { numbersIn } from '../../core/dialect/bound';
import type { Backend } from './backend';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import type { Run } from '../adjudicator/footprint';
import { PrivateCopies } from '../adjudicator/private-copies';
import { callsChanging } from '../adjudicator/seen-values';
import type { Transaction } from '../adjudicator/transaction';
import { dependsOn, runOf } from '../adjudicator/unapplied';
import { evaluate } from '../adjudicator/evaluate';
import type { Batch } from './batch';
import { BatchError, batchErrorOf } from './batch-error';
import { lostLocks } from './commit';
import { placed } from './error-position';
import { conflictOC000, conflictOC001, overtakenOC001, serverUnavailable, toDsqlError } from './errors';
import { Flight, type FlightFailure } from './flight';
import { missesKey } from './key-order';
import { statementOf, type Runnable } from './runnable';
import { mayHaveReusedKeys, unread } from './snapshot-view';
import { NO_OIDS, NO_VALUES, parse } from './wire/client-messages';
import { readError } from './wire/server-messages';
import type { Mark } from './output';
import { mayBeLarge, sizeRefusal } from './transaction-size';

/** How a flight ends: a Query ends itself; a write of unknown size waits before it commits. */
export type FlightEnd = 'sync' | 'flush' | 'none';

/**
 * Sends a flight and deals with its outcome.
 * @returns true when the flight failed and was mended: the batch goes on at its `resumeAt`. @throws BatchError
 */
export function settle(batch: Batch, flight: Flight, tx: Transaction, end: FlightEnd): Promise<boolean> {
  batch.resumeAt = undefined;
  const goOn = (at: number | undefined): boolean => (batch.resumeAt = at) !== undefined;
  if (tx.kind === 'auto') return settleAuto(batch, flight, tx, end).then(goOn);
  const backend = tx.backend!;
  return launch(batch, backend, flight, end).then(() => {
    batch.client.runningOn = undefined;
    return flight.failure ? mend(batch, backend, flight.failure, tx).then(goOn) : false;
  });
}

/** @returns the operation to go on at. @throws BatchError where the failure stands */
async function mend(batch: Batch, backend: Backend, failure: FlightFailure, tx: Transaction): Promise<number> {
  if (batch.client.gone || failure.isFinal || failure.isTold) throw failed(batch, failure, tx);
  const op = failure.step.op;
  if (op === undefined || backend.lost) {
    if (!backend.lost) backend.close(); // a statement of the gateway's own failed: the state is not known
    throw new BatchError(serverUnavailable);
  }
  const runnable = batch.runs.get(op);
  const reuses = runnable !== undefined && mayHaveReusedKeys(batch.context, tx, runnable.classified);
  const verdict = await batch.context.adjudicator.recover(tx, failure, runnable && statementOf(runnable), reuses);
  if (verdict === 'retry') {
    if (runnable) unread(runnable);
    return op;
  }
  if (verdict === 'fail' || !runnable) throw failed(batch, failure, tx);
  const run = runOf(runnable, batch.client.searchPath);
  const { schema } = batch.context;
  const isInParts = (runnable.portal?.fetched ?? 0) > 0; // a query would give all rows anew
  // what a function has made once can be shown again only where it was written
  const isMadeAnew = callsChanging(run.classified, schema);
  const seesAll = !tx.unapplied || !dependsOn(tx.unapplied, run, schema);
  const apart = verdict === 'evaluate' && !isInParts && !isMadeAnew && seesAll;
  if (apart && (await evaluate(batch, tx, runnable))) return op + 1;
  if (backend.lost) throw new BatchError(serverUnavailable);
  if (await PrivateCopies.move(tx, run, schema)) return op;
  throw verdict === 'evaluate' ? new BatchError(conflictOC000) : failed(batch, failure, tx);
}

/** What runs for a client that is gone is of no use to anybody. */
export function interrupt({ control }: GatewayContext, client: ClientState, backend: Backend): void {
  const runs = (): boolean => client.runningOn === backend && backend.busy;
  void control.interrupt(backend.pid, runs).catch(() => undefined);
}

/** Sends a flight that commits nothing: it is interrupted when its client is gone. Once it has landed nothing runs for the client. */
function launch({ client, context }: Batch, backend: Backend, flight: Flight, end: FlightEnd): Promise<void> {
  client.runningOn = backend;
  const landed = backend.fly(flight, end);
  if (client.gone) interrupt(context, client, backend);
  return landed;
}

async function settleAuto(batch: Batch, flight: Flight, tx: Transaction, end: FlightEnd): Promise<number | undefined> {
  const { adjudicator, pool } = batch.context;
  const backend = tx.backend!;
  const before = batch.client.out.mark();
  if (end !== 'flush') tx.committing = true;
  const { footprints, schema } = batch.context;
  const runs = [...batch.runs.values()].map(runnable => asRun(runnable, batch.client));
  let left = end === 'flush' ? undefined : footprints.leave(tx, schema, runs);
  const leavesNothing = runs.every(
    ({ statement: { classified } }) => classified.kind === 'query' && !classified.writes,
  );
  if (end === 'flush' || leavesNothing) await launch(batch, backend, flight, end);
  else await backend.fly(flight, end);
  batch.client.runningOn = undefined;
  let { failure } = flight;
  if (end === 'flush') {
    const last = new Flight(undefined);
    if (!failure && mayBeLarge(tx, batch.context.limits))
      failure = takenBack(batch, before, await sizeRefusal(batch.context.limits, tx, backend));
    if (!failure) failure = takenBack(batch, before, await lostLocks(batch, tx, runs));
    if (!failure) {
      const found = await footprints.look(tx, schema, runs);
      tx.committing = true;
      left = footprints.leave(tx, schema, runs, found);
    }
    if (failure && !failure.frame) last.add(parse('', 'roll back'), { kind: 'parse', forward: false }); // fails, and all before it with it
    await backend.fly(last, 'sync');
    failure ??= last.failure;
  }
  const { ddl } = tx;
  batch.client.out.held = false;
  left?.(!failure);
  tx.backend = undefined;
  batch.runs.clear();
  batch.forgetAuto();
  if (!failure) {
    adjudicator.committed(tx);
    pool.release(backend);
    if (ddl) await batch.catalogChanged(tx);
    return undefined;
  }
  tx.rolledBack();
  if (backend.lost) {
    if (ddl) await batch.catalogChanged(tx); // it may have committed
    throw new BatchError(serverUnavailable);
  }
  pool.release(backend);
  if (planIsStale(failure.error) && failure.step.op !== undefined && batch.mayPrepareAgain()) {
    adjudicator.catalogVersion++;
    return failure.step.op;
  }
  adjudicator.undone++;
  if (failure.error.sqlstate === conflictOC000.sqlstate) pool.workingLimit.conflicted();
  throw failed(batch, failure, tx);
}

const asRun = ({ classified, sql, portal }: Runnable, { searchPath, asker }: ClientState): Run => ({
  statement: portal?.statement ?? { classified, sql, oids: NO_OIDS },
  tail: portal?.tail ?? NO_VALUES,
  path: searchPath,
  asker,
});

/** What the statement answered is taken back when it may not commit. */
function takenBack(batch: Batch, before: Mark, error: ServerError | undefined): FlightFailure | undefined {
  if (!error) return undefined;
  batch.client.out.cut(before);
  return { step: {}, error };
}

/** The table changed under a statement that was prepared before; only PostgreSQL's clients need to know. */
function planIsStale(error: ServerError): boolean {
  return error.sqlstate === '0A000' && error.message === 'cached plan must not change result type';
}

function failed(batch: Batch, failure: FlightFailure, tx: Transaction): BatchError {
  for (const notice of failure.notices ?? []) batch.client.out.push(notice);
  if (failure.isFinal) return new BatchError(failure.error);
  if (planIsStale(failure.error) || missesKey(failure)) return new BatchError(conflictOC001);
  const overtaken = tx.overtaken && failure.error.sqlstate === '57014';
  const error = overtaken ? overtakenOC001 : toDsqlError(failure.error);
  const frame = error === failure.error ? failure.frame : undefined;
  const { op } = failure.step;
  if (!frame || !tx.copies) return ofNumbers(batch, failure, new BatchError(error, frame, op));
  const sql = batch.runs.get(failure.step.op ?? -1)?.sql ?? failure.step.classified?.sql;
  const told = tx.copies.told(frame, sql, batch.client.searchPath);
  return new BatchError(readError(told), told, failure.step.op);
}

/** PostgreSQL had a statement with parameters in the place of the client's numbers. */
function ofNumbers({ context, runs }: Batch, { step }: FlightFailure, error: BatchError): BatchError {
  const c = runs.get(step.op ?? -1)?.classified;
  if (c?.bound === undefined || step.classified?.text !== c.bound) return error;
  return placed(error, { ...c, sql: c.bound, replacements: numbersIn(c.text) }, 0, context.explainer);
}

/** What a client hears of the error that ended its batch. @throws a fault of the gateway's own, of which nothing is left then */
export async function errorOf(batch: Batch, error: unknown): Promise<BatchError> {
  try {
    return batchErrorOf(error);
  } catch (fault) {
    await abandonBatch(batch);
    throw fault;
  }
}

/** The session ends in the middle of the batch: what was built is sent, its backend given back. */
async function abandonBatch(batch: Batch): Promise<void> {
  try {
    await batch.flush();
  } catch {
    // nobody will hear of it
  }
  batch.fail();
}
