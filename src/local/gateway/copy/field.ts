/** A field of COPY data, and what is told of data that is badly formed. */
import type { ServerError } from '../../ports';

/** One field as it stands in the data. */
export interface CopyField {
  /** The value, escapes resolved. */
  value: string;
  /** The text as written, for comparison with what stands for NULL; undefined where it cannot be that (CSV: quoted). */
  plain: string | undefined;
}

/** The data is not what the statement says. */
export class CopyDataError extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

/** @returns an error of badly formed data, 22P04. */
export const badData = (message: string): CopyDataError =>
  new CopyDataError({ severity: 'ERROR', sqlstate: '22P04', message });
