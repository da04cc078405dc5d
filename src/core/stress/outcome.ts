import type { Transfer } from '../bank/transfer';
import type { ErrorClass } from './contract';

/** What came of one call. */
export interface CallOutcome {
  /** Absent: the transfer succeeded. */
  errorClass?: ErrorClass;
  /** What the failed call was told. */
  message?: string;
  /** Retries after conflicts that the handler or the client made, also when the call failed in the end. */
  retries: number;
  /** Milliseconds inside the handler, where it told. */
  handlerMs?: number;
  /** The call failed because its last allowed try met a conflict too. */
  exhausted?: boolean;
  /** The call failed before anything could come of it: it was never sent, refused before the function began, or ended before COMMIT. */
  notMade?: boolean;
  /** The call was no transfer, so that its success is no row in the ledger. */
  movesNothing?: boolean;
}

/** Attempts of a call that met a conflict, whether retried or not. */
export const conflictsOf = ({ retries, errorClass }: CallOutcome): number =>
  errorClass === 'occ-data' || errorClass === 'occ-schema' ? retries + 1 : retries;

/**
 * Whether nobody was there for the call: it had no connection, the function that took it has none to the database, or what stands before the
 * function refused it for another reason than its limits. A call that waited in vain is none of them: who stalls may come back.
 */
export const isUnreached = ({ errorClass }: Pick<CallOutcome, 'errorClass'>): boolean =>
  errorClass === 'connection' || errorClass === 'dispatch';

/**
 * Whether a call may have been carried out though it failed: its answer was lost, or says nothing about COMMIT. The others failed for
 * certain: they never reached the database, or it refused them and rolled back.
 */
export function mayHaveBeenApplied({ errorClass, notMade }: Pick<CallOutcome, 'errorClass' | 'notMade'>): boolean {
  if (notMade === true) return false;
  switch (errorClass) {
    case undefined:
    case 'occ-data':
    case 'occ-schema':
    case 'insufficient-funds':
    case 'throttled':
    case 'auth':
      return false;
    default:
      return true;
  }
}

/** Carries out transfers. `settle` is called exactly once per `send`, unless the transport was closed; maybe before `send` returns. */
export interface Transport {
  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void;
  /** Drops every connection, also those with calls in flight. Idempotent. */
  close(): void;
}
