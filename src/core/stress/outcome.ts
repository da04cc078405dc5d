import type { ErrorClass } from './contract';

/** What came of one call. */
export interface CallOutcome {
  /** Absent: the transfer succeeded. */
  errorClass?: ErrorClass;
  /** Retries after conflicts that the handler or the client made, also when the call failed in the end. */
  retries: number;
  /** Milliseconds inside the handler, where it told. */
  handlerMs?: number;
  /** The call failed because its last allowed try met a conflict too. */
  exhausted?: boolean;
}

/** A transfer to ask for. */
export interface Transfer {
  payer: number;
  payee: number;
  amount: number;
}

/** Carries out transfers. `settle` is called exactly once per `send`, unless the transport was closed; maybe before `send` returns. */
export interface Transport {
  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void;
  /** Drops every connection, also those with calls in flight. Idempotent. */
  close(): void;
}
