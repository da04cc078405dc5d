import type { Classified } from '../../core/dialect/contract';
import { refusalOf } from '../../core/dialect/preconditions';
import { BatchError } from './batch-error';
import { QueryFailed, runText } from './catalog-query';
import { refused } from './errors';
import { Flight } from './flight';
import { borrowBackend, type Borrower } from './lending';

/**
 * The refusals that depend on the catalogue. Asked on a backend of their own: what is already in the flight keeps its place, and the
 * block's own DDL, if any, has been refused before. @throws BatchError
 */
export async function askCatalog(borrower: Borrower, { preconditions }: Classified): Promise<void> {
  const { client, context } = borrower;
  if (!preconditions || client.tx?.failed) return;
  const { settings } = client;
  const backend = await borrowBackend(borrower);
  try {
    if (backend.settings !== settings.signature) {
      const flight = new Flight(undefined);
      flight.add(settings.application(backend.settings), { kind: 'query', forward: false });
      await backend.fly(flight, 'none');
      backend.settings = settings.signature;
    }
    for (const precondition of preconditions) {
      const [row] = await runText(backend, precondition.sql);
      if (row) throw new BatchError(refused(refusalOf(precondition, row)));
    }
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error; // else PostgreSQL will say it of the statement itself
  } finally {
    context.pool.release(backend);
  }
}
