/**
 * The columns that a client expects of a statement it has prepared. PostgreSQL refuses to run it once it would return others, until it is
 * prepared again, and so does the service: who keeps statements prepared (pgx, pgJDBC, asyncpg) takes the rows by the columns of old, and
 * mends itself by that error alone. AWS's connector for Go names it as what follows an ALTER TABLE elsewhere (September 2026). Here
 * statements are shared between clients and prepared anew after DDL, so PostgreSQL does not see it.
 */
import type { Batch } from './batch';
import { BatchError } from './batch-error';
import { resultTypeChanged } from './errors';
import type { Flight } from './flight';
import { orderedStatement } from './key-order';
import { statementFor } from './snapshot-view';
import type { NamedStatement, SharedStatement } from './statements';
import { describeStatement } from './wire/client-messages';

/** Whether the columns of `statement` in this version of the catalogue are known, or none are to be kept. */
export const knowsColumns = (statement: SharedStatement, version: number): boolean =>
  !mayChange(statement) || statement.columnsIn === version;

/** Appends what reads them, where they are to be kept; the statement has been prepared before. */
export function addColumns(
  flight: Flight,
  statement: SharedStatement,
  version: number,
  op: number,
  then?: () => void,
): void {
  if (!mayChange(statement)) return;
  const onColumns = (columns: string): void => {
    statement.columns = columns;
    statement.columnsIn = version;
    then?.();
  };
  flight.add(describeStatement(statement.name), { kind: 'describe', forward: false, op, onColumns });
}

/**
 * The statement still has the columns that it had when the client prepared it. `current`: what runs of it; another one where the session's
 * settings have changed, which is let be. @returns true when the batch goes on at `resumeAt` instead. @throws BatchError
 */
export function checkColumns(
  batch: Batch,
  statement: NamedStatement,
  current: SharedStatement,
  op: number,
): boolean | Promise<boolean> {
  const { catalog, adjudicator } = batch.context;
  const { shared, columns, sequence } = statement;
  const { named } = shared.classified;
  if (columns === undefined || !named || current !== shared || sequence === catalog.sequence) return false;
  if (!catalog.isNewer(batch.client, named, sequence)) statement.sequence = catalog.sequence;
  else {
    const ordered = orderedStatement(shared, batch.client, batch.context);
    if (ordered.columnsIn !== adjudicator.catalogVersion) return readAndCompare(batch, statement, ordered, op);
    compare(batch, statement, ordered);
  }
  return false;
}

/** Before anything of the statement runs: outside a block it would be committed. */
async function readAndCompare(
  batch: Batch,
  statement: NamedStatement,
  shared: SharedStatement,
  op: number,
): Promise<boolean> {
  const { catalogVersion } = batch.context.adjudicator;
  const { flight, backend, tx } = await batch.segment();
  if (statementFor(batch, tx, shared) !== shared) return false;
  backend.prepare(flight, shared, catalogVersion, false, op);
  addColumns(flight, shared, catalogVersion, op);
  if (await batch.flush()) return true;
  compare(batch, statement, shared);
  return false;
}

function compare({ context }: Batch, statement: NamedStatement, shared: SharedStatement): void {
  if (shared.columns !== statement.columns) throw new BatchError(resultTypeChanged);
  statement.sequence = context.catalog.sequence;
}

/** Rows come back, from a relation that DDL can change. */
const mayChange = ({ name, classified: { returnsRows, named, explain } }: SharedStatement): boolean =>
  name !== '' && returnsRows && !explain && named !== undefined && named.length > 0;
