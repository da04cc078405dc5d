/** A client's portals in PostgreSQL: bound, described, and bound again where a transaction was put back. */
import { runsKept } from '../adjudicator/claims';
import { after } from './after';
import type { Batch, Segment } from './batch';
import { BatchError } from './batch-error';
import { conflictOC000 } from './errors';
import { orderedStatement } from './key-order';
import { addFetched, type Portal } from './portal';
import { statementFor, withoutVainLocks } from './snapshot-view';
import { Step } from './step';
import { bind, closePortal, describePortal } from './wire/client-messages';

/** A version of the catalogue that equals none, itself included. */
const ANEW = NaN;

/** Appends what binds `portal`. `forward`: its client waits for BindComplete. */
export function bindIn(batch: Batch, segment: Segment, portal: Portal, forward: boolean, op: number): void {
  const { flight, backend, tx } = segment;
  const { context, client } = batch;
  const { adjudicator, schema } = context;
  portal.ordered ??= withoutVainLocks(batch, tx, orderedStatement(portal.statement, client, context));
  const statement = statementFor(batch, tx, portal.ordered);
  const keepsMoment = schema.momentsUnnamed && runsKept(statement.classified, schema);
  backend.prepare(flight, statement, keepsMoment ? ANEW : adjudicator.catalogVersion, false, op);
  const step = new Step('bind', forward, op);
  step.classified = statement.classified;
  if (tx.begun)
    step.onAnswered = () => {
      portal.opened ??= tx.log.length;
      if (portal.name !== '') tx.cursors.add(portal);
    };
  flight.add(bind(portal.name, statement.name, portal.tail), step);
  portal.at = portal.name;
  portal.epoch = tx.epochOf(portal);
}

/** Binds a portal again where PostgreSQL has lost it, past the rows the client has. @throws BatchError */
export function rebindIn(batch: Batch, segment: Segment, portal: Portal, op: number): void {
  const { flight, tx } = segment;
  if (tx.holds(portal)) return;
  batch.checkCatalog(portal.statement.classified);
  if (tx.hasMovedOn(portal)) throw new BatchError(tx.doom ?? conflictOC000); // which it must not show
  if (portal.name !== '') flight.add(closePortal(portal.name), { kind: 'close', forward: false, op });
  bindIn(batch, segment, portal, false, op);
  addFetched(flight, tx, portal, op);
}

/** Asks PostgreSQL what a portal returns; of one that it has lost, of another that is opened for that alone. @throws BatchError */
export function describeBound(batch: Batch, portal: Portal, step: Step, op: number): void | Promise<void> {
  return after(batch.segment(), ({ flight, backend, tx }) => {
    if (tx.holds(portal)) return flight.add(describePortal(portal.at), step);
    batch.checkCatalog(portal.statement.classified);
    const statement = statementFor(batch, tx, portal.ordered ?? portal.statement);
    backend.prepare(flight, statement, batch.context.adjudicator.catalogVersion, false, op);
    flight.add(bind(DESCRIBED, statement.name, portal.tail), { kind: 'bind', forward: false, op });
    flight.add(describePortal(DESCRIBED), step);
    flight.add(closePortal(DESCRIBED), { kind: 'close', forward: false, op });
  });
}

/** The portal's name. */
const DESCRIBED = '_described';
