import type { SharedStatement } from './statements';

/** A client's portal: a statement with its parameters, and where it stands in PostgreSQL. */
export interface Portal {
  name: string;
  statement: SharedStatement;
  /** A copy of the Bind message behind its names. */
  tail: Buffer;
  /** `Transaction.epoch` at which it was bound in PostgreSQL; another value means that it is gone there. */
  epoch: number;
  /** Rows fetched so far, to be skipped when it is bound again. */
  fetched: number;
  /** A statement that the gateway answers itself has run: without rows it cannot run again. */
  done?: true;
}

/** Never bound in PostgreSQL. */
export const UNBOUND = -1;
