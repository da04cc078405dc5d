import type { Classified } from '../../core/dialect/contract';
import { refusalOf } from '../../core/dialect/preconditions';
import { BatchError } from './batch-error';
import { QueryFailed, runText } from './catalog-query';
import { refused } from './errors';
import { askAside, type Borrower } from './lending';

/**
 * The refusals that depend on the catalogue, as clients see it. Asked on a backend of their own: what is already in the flight keeps its place, and the
 * block's own DDL, if any, has been refused before. @throws BatchError
 */
export async function askCatalog(borrower: Borrower, { preconditions }: Classified): Promise<void> {
  if (!preconditions || borrower.client.tx?.failed) return;
  try {
    await askAside(borrower, async backend => {
      for (const precondition of preconditions) {
        const [row] = await runText(backend, borrower.context.dialect.classify(precondition.sql).sql);
        if (row) throw new BatchError(refused(refusalOf(precondition, row)));
      }
    });
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error; // else PostgreSQL will say it of the statement itself
  }
}
