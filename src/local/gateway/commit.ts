/** COMMIT of a transaction block. */
import type { NamedRelation } from '../../core/dialect/contract';
import type { Run } from '../adjudicator/footprint';
import { usedByKeys } from '../adjudicator/references';
import type { Transaction } from '../adjudicator/transaction';
import type { ServerError } from '../ports';
import type { Batch } from './batch';
import { BatchError } from './batch-error';
import * as errors from './errors';
import type { SchemaFacts } from './schema-facts';
import { Flight, type FlightFailure } from './flight';
import { isDdl, mayConflict } from './traits';
import { mayBeLarge, sizeRefusal } from './transaction-size';

/** Commits the block. The client's transaction is over, whatever the outcome. @throws BatchError */
export async function commitBlock(batch: Batch): Promise<void> {
  const { client, context } = batch;
  const { tx } = client;
  if (!tx) return;
  if (batch.pending && (await batch.flush())) return;
  if (tx.needsCare && !tx.doom && !staleCatalog(batch, tx)) {
    const refused = await context.adjudicator.ready(tx);
    if (refused) return refuse(batch, refused);
  }
  const stale = staleCatalog(batch, tx) ?? tx.doom;
  if (stale) return refuse(batch, stale);
  const runs = tx.ddl ? tx.log.filter(({ statement }) => !isDdl(statement.classified)) : tx.log;
  let lost = context.footprints.mayConflict(tx, runs) ? await lostLocks(batch, tx, runs) : undefined;
  if (!lost && mayHaveDeferred(runs, context.schema)) lost = await checkDeferred(batch, tx, runs);
  const mayLose = !tx.readOnly && runs.some(({ statement }) => mayConflict(statement.classified, context.schema));
  const error = lost ?? (mayLose ? context.injector.next() : undefined);
  if (error) return refuse(batch, error);
  const { backend } = tx;
  const tooLarge = backend && mayBeLarge(tx, context.limits) && (await sizeRefusal(context.limits, tx, backend));
  if (tooLarge) return refuse(batch, tooLarge);
  client.tx = undefined;
  if (client.localBefore) client.settings.restoreOwn(client.localBefore);
  client.localBefore = undefined;
  if (!backend) {
    client.settingsBefore = undefined;
    return tx.rolledBack(); // nothing has run
  }
  tx.committing = true;
  const looking = context.footprints.look(tx, context.schema, runs);
  const found = looking && (await looking);
  const left = context.footprints.leave(tx, context.schema, runs, found);
  const flight = new Flight(undefined);
  backend.addHelper(flight, 'commit');
  await backend.fly(flight, 'sync');
  tx.backend = undefined;
  left(!flight.failure);
  if (flight.failure) {
    tx.rolledBack();
    context.adjudicator.undone++;
    batch.restoreSettings();
    if (!backend.lost) context.pool.release(backend);
    else if (tx.ddl) await batch.catalogChanged(tx); // it may have committed
    throw failed(flight.failure);
  }
  context.adjudicator.committed(tx);
  context.pool.release(backend);
  client.settingsBefore = undefined;
  if (tx.ddl) await batch.catalogChanged(tx);
  try {
    for (const job of tx.jobs) await context.jobs.committed(job);
  } catch (error) {
    throw new BatchError(errors.ofFailure(error));
  }
}

/** DDL has changed what the transaction used. */
export function staleCatalog({ client, context }: Batch, tx: Transaction): ServerError | undefined {
  const { catalog } = context;
  if (catalog.sequence === tx.catalogSequence) return undefined;
  const isNewer = (named: readonly NamedRelation[]): boolean => catalog.isNewer(client, named, tx.catalogSequence);
  const isUsed = (schema: SchemaFacts): boolean => isNewer(usedByKeys(tx.log, schema));
  // the change may have ended a foreign key, or made one
  const stale = tx.named.some(isNewer) || isUsed(context.schema) || (tx.schemaBefore && isUsed(tx.schemaBefore));
  return stale ? errors.conflictOC001 : undefined;
}

/** Checks of foreign keys may have been put off to COMMIT. */
const mayHaveDeferred = (runs: readonly Run[], { foreignKeys }: SchemaFacts): boolean =>
  runs.length > 0 && foreignKeys.some(({ deferrable }) => deferrable);

/**
 * Has the deferred checks done before COMMIT: they claim rows as those of a statement do, so that they may meet others' claims, and wait
 * for somebody to make way. @returns the conflict that they have met. @throws BatchError
 */
async function checkDeferred(batch: Batch, tx: Transaction, runs: readonly Run[]): Promise<ServerError | undefined> {
  const { backend } = tx;
  if (!backend) return undefined;
  const flight = new Flight(undefined);
  backend.addHelper(flight, 'checkDeferred');
  await backend.fly(flight, 'sync');
  if (flight.failure) refuse(batch, failed(flight.failure));
  if (tx.doom) return tx.doom;
  try {
    if (await batch.context.adjudicator.leavesOrphans(tx, backend)) return errors.conflictOC000;
  } catch (error) {
    return errors.ofFailure(error);
  }
  return lostLocks(batch, tx, runs);
}

/** What another transaction locked, and committed, after this one's snapshot. */
export async function lostLocks(
  { context }: Batch,
  tx: Transaction,
  runs: readonly Run[],
): Promise<ServerError | undefined> {
  try {
    return (await context.footprints.conflict(tx, context.schema, runs)) ? errors.conflictOC000 : undefined;
  } catch (error) {
    return errors.ofFailure(error);
  }
}

function refuse(batch: Batch, error: ServerError | BatchError): never {
  batch.fail();
  batch.client.tx = undefined;
  throw error instanceof BatchError ? error : new BatchError(error);
}

/** What PostgreSQL said, in DSQL's words; its own frame where they are the same. */
function failed({ error, frame }: FlightFailure): BatchError {
  const answer = errors.toDsqlError(error);
  return new BatchError(answer, answer === error ? frame : undefined);
}
