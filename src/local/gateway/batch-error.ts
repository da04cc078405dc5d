import type { ServerError } from '../ports';

/** An error that ends the batch: in DSQL's words, with PostgreSQL's own frame where nothing was changed. */
export class BatchError extends Error {
  constructor(
    readonly error: ServerError,
    readonly frame?: Buffer,
  ) {
    super(error.message);
  }
}
