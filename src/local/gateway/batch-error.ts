import type { ServerError } from '../ports';

/** An error that ends the batch: in DSQL's words, with PostgreSQL's own frame where nothing was changed. */
export class BatchError extends Error {
  constructor(
    readonly error: ServerError,
    readonly frame?: Buffer,
    /** The operation PostgreSQL refused; absent where the gateway itself did. */
    readonly op?: number,
  ) {
    super(error.message);
  }
}
