/** What keeps a transaction's answers those of its snapshot, also where PostgreSQL's newest rows or its savepoint stand in the way. */
import type { Classified } from '../../core/dialect/contract';
import { withoutLocking } from '../../core/dialect/locking-clauses';
import { callsWriter, readsCatalogueAlone } from '../adjudicator/claims';
import { PrivateCopies } from '../adjudicator/private-copies';
import { doubtsOf } from '../adjudicator/reused-keys';
import type { Transaction } from '../adjudicator/transaction';
import { dependsOn, runOf } from '../adjudicator/unapplied';
import type { Batch } from './batch';
import { BatchError } from './batch-error';
import { QueryFailed } from './catalog-query';
import type { GatewayContext } from './context';
import { conflictOC000 } from './errors';
import type { Mark } from './output';
import { statementOf, type Runnable } from './runnable';
import type { SharedStatement } from './statements';
import { query } from './wire/client-messages';

/** Whether `keepSight` has to be asked before a statement. */
export const mayBeDoomed = (tx: Transaction): boolean => tx.doom !== undefined || tx.parked || tx.parking !== undefined;

/**
 * A transaction that can no longer commit sees its own writes all the same. Called before a statement of it.
 * @returns true when the batch goes on at `resumeAt` instead. @throws BatchError
 */
export async function keepSight(
  batch: Batch,
  tx: Transaction,
  runnable: Pick<Runnable, 'classified' | 'sql' | 'portal'>,
): Promise<boolean> {
  if (!tx.copies && !tx.unapplied && !tx.parked && !tx.parking) return false;
  if (await batch.flush()) return true;
  await batch.ready(tx);
  if (!tx.doom) return false;
  const { schema, adjudicator } = batch.context;
  const { portal } = runnable;
  const { explain } = runnable.classified;
  if (readsCatalogueAlone(runnable.classified, schema) || (explain && !explain.analyze)) {
    if (tx.copies) adjudicator.park(tx); // without them it finds its client's tables alone, under their names
    await batch.ready(tx);
    return false;
  }
  const run = runOf(runnable, batch.client.searchPath);
  const sees = tx.copies ? tx.copies.covers(run, schema) : !tx.unapplied || !dependsOn(tx.unapplied, run, schema);
  // of what it has written since, a portal shows nothing: it has to be opened again where it was opened
  const isLost = portal !== undefined && !tx.holds(portal) && tx.hasMovedOn(portal);
  if ((!sees || isLost) && !(await PrivateCopies.move(tx, run, schema))) throw new BatchError(tx.doom);
  return false;
}

/** It would lock rows, but its transaction only reads. */
export const locksInVain = ({ readOnly }: Transaction, { locking, writes }: Classified): boolean =>
  readOnly && locking && !writes;

/** The statement as the transaction runs it: on its copies of the tables, without keys that are taken, or without locks where it may only read. */
export function statementFor(batch: Batch, tx: Transaction, statement: SharedStatement): SharedStatement {
  if (tx.copies) return tx.copies.statement(statement, batch.client.searchPath);
  const narrowed = tx.withoutTaken.get(statement.sql);
  if (narrowed) return narrowed;
  return withoutVainLocks(batch, tx, statement);
}

/** The statement without the locks that a transaction which may only read does without. */
export function withoutVainLocks(batch: Batch, tx: Transaction, statement: SharedStatement): SharedStatement {
  if (!locksInVain(tx, statement.classified)) return statement;
  const plain = withoutLocking(statement.sql);
  return batch.context.registry.get(plain, statement.oids, batch.client.resolution);
}

/** A statement of a Query as its transaction runs it, by its text: over its private copies, without rows that are taken, or without locks. */
export function textFor(tx: Transaction, runnable: Runnable): Runnable {
  const narrowed = tx.withoutTaken.get(runnable.sql);
  if (!tx.copies && !narrowed && !locksInVain(tx, runnable.classified)) return runnable;
  const sql = tx.copies ? tx.copies.sql(runnable.sql, tx.path) : (narrowed?.sql ?? withoutLocking(runnable.sql));
  const { copied, ...inserted } = runnable;
  const again = copied && tx.copies && { copied: { ...copied, sql: tx.copies.sql(copied.sql, tx.path) } };
  return { ...inserted, ...again, sql, frame: query(sql) };
}

/** Nothing has been told of the statement: it runs again. */
export function unread({ portal }: Runnable): void {
  if (portal) Object.assign(portal, { rest: undefined, done: undefined });
}

const mayWrite = ({ schema }: GatewayContext, c: Classified): boolean => c.writes || callsWriter(c, schema);

/** Whether a statement may use what others have freed after the transaction's snapshot, or free while it runs. */
export function mayReuseKeys(context: GatewayContext, tx: Transaction, c: Classified): boolean {
  const { freedKeys } = context.adjudicator;
  if (!mayWrite(context, c) || tx.kind === 'auto' || !tx.begun || tx.copies || freedKeys.isQuiet(tx)) return false;
  return doubtsOf(c, table => freedKeys.mayBeFreed(table, tx), context.schema) !== undefined;
}

/** Whether a statement that has run, without such a look, may have used what others freed after its snapshot. */
export function mayHaveReusedKeys(context: GatewayContext, tx: Transaction, c: Classified): boolean {
  const { freedKeys } = context.adjudicator;
  if (!mayWrite(context, c) || tx.kind === 'auto' || tx.copies || freedKeys.isQuiet(tx)) return false;
  return doubtsOf(c, table => freedKeys.areFreed(table, tx), context.schema) !== undefined;
}

/**
 * Sends the flight with such a statement. If its snapshot does not allow what it did, the transaction goes on in copies of the tables, where
 * the statement is refused. @returns the operation to go on at instead of the next. @throws BatchError
 */
export async function checkKeys(
  batch: Batch,
  tx: Transaction,
  runnable: Runnable,
  before: Mark,
  op: number,
): Promise<number | undefined> {
  const { out } = batch.client;
  const entries = tx.log.length;
  const { rows } = tx;
  out.holdOn = true;
  try {
    if (await batch.flush()) return batch.resumeAt;
    if (tx.copies) return undefined;
    const { adjudicator, schema } = batch.context;
    const doubts = doubtsOf(runnable.classified, table => adjudicator.freedKeys.areFreed(table, tx), schema);
    if (!doubts) return undefined;
    tx.loseUnnamed();
    const reuse = await adjudicator.reuseOf(tx.backend!, doubts);
    // the look has taken the place of a portal without a name: where it was read to, it is opened with all that was written before
    const { portal } = runnable;
    if (!reuse && portal?.part && tx.cursors.has(portal) && !tx.holds(portal)) adjudicator.park(tx);
    if (!reuse) return undefined;
    if (reuse === 'conflict') {
      tx.doom ??= conflictOC000;
      return undefined;
    }
    out.cut(before);
    tx.log.length = entries;
    tx.rows = rows;
    unread(runnable);
    if (await adjudicator.leaveTaken(tx, [statementOf(runnable)])) {
      adjudicator.park(tx);
      return op;
    }
    tx.doom ??= conflictOC000;
    if (!(await PrivateCopies.move(tx, runOf(runnable, batch.client.searchPath), schema)))
      throw new BatchError(conflictOC000);
    return op;
  } catch (error) {
    throw error instanceof QueryFailed ? new BatchError(conflictOC000) : error;
  } finally {
    out.holdOn = false;
  }
}
