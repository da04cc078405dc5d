import { JobRefused, type ServerError } from '../ports';
import { QueryFailed } from './catalog-query';
import { BackendRefused } from './connect';
import { malformedMessage, ofFailure } from './errors';
import { MalformedMessage } from './wire/frames';

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

/**
 * What a client hears of an error that ended its batch: a request of the gateway's own that PostgreSQL refused, or could not answer, is told
 * like one of the client's. @throws the error where it is the gateway's own fault
 */
export function batchErrorOf(error: unknown): BatchError {
  if (error instanceof BatchError) return error;
  if (error instanceof QueryFailed || error instanceof BackendRefused || error instanceof JobRefused)
    return new BatchError(ofFailure(error));
  if (error instanceof MalformedMessage) return new BatchError(malformedMessage(error.message));
  throw error;
}
