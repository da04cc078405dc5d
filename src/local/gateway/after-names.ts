/** Refusals that come once PostgreSQL has found no fault in the statement's names. */
import type { Classified } from '../../core/dialect/contract';
import type { ServerError } from '../ports';
import type { Batch } from './batch';
import { BatchError } from './batch-error';
import { refused } from './errors';
import type { SharedStatement } from './statements';

/** DDL is not among them: PostgreSQL does not resolve its names as it parses it. */
export const isRefusedAfterNames = ({ refusal, kind }: Classified): boolean =>
  refusal?.afterNames === true && (kind === 'query' || kind === 'dml');

/** Has PostgreSQL parse the statement, without running it, then refuses it: with its refusal where no other `error` is given. @throws BatchError */
export async function refuseAfterNames(
  batch: Batch,
  statement: SharedStatement,
  op: number,
  error: ServerError = refused(statement.classified.refusal!),
): Promise<void> {
  const { flight, backend } = await batch.segment();
  backend.prepare(flight, statement, batch.context.adjudicator.catalogVersion, false, op);
  if (!(await batch.flush())) throw new BatchError(error);
}
