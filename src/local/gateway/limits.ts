import { TRANSACTION_ROW_LIMIT } from '../../core/dialect/row-limit';

/**
 * Every quota the gateway holds a client to, with the service's defaults (Aurora DSQL quotas, September 2026). Sizes of keys, values and rows
 * are held by triggers: `bootstrap/guards.ts` of `local/postgres`.
 */
export interface Limits {
  /** Table rows a transaction may modify. */
  rowsPerTransaction: number;
  /** Age at which a transaction is refused its next statement or COMMIT. */
  transactionAgeMs: number;
  /** Bytes a transaction may modify. */
  bytesPerTransaction: number;
  /** Bytes of one client message; the connection of a client that sends more is closed. */
  messageBytes: number;
  /** Time after which a connection is closed. */
  connectionAgeMs: number;
  connections: number;
  /** New connections a second, after `connectionBurst` were taken. */
  connectionsPerSecond: number;
  connectionBurst: number;
  /** Time a client has to get through TLS and authentication. */
  handshakeMs: number;
  /** PostgreSQL connections that are opened for clients as soon as they are needed. */
  eagerBackends: number;
  /**
   * PostgreSQL connections the gateway may hold for its clients, and so how many of them may be within a transaction; beyond the eager ones
   * they are opened as others do nothing.
   */
  backends: number;
  /** A lent PostgreSQL connection without work for so long waits for its client to think, or for a lock: another one may be opened beside it. */
  thinkingMs: number;
  /**
   * However many transactions lose to each other, as many PostgreSQL connections work at a time, see `WorkingLimit`. Of 64 clients on 50 hot
   * accounts 16 commit as many transfers as 8 or 12 do, and meet more of the conflicts that DSQL would show them.
   */
  leastWorking: number;
  /** A client that says nothing for so long within its transaction does not keep its PostgreSQL connection at work, see `WorkingLimit`. */
  pauseMs: number;
}

export const DSQL_LIMITS: Limits = {
  rowsPerTransaction: TRANSACTION_ROW_LIMIT,
  transactionAgeMs: 300_000,
  bytesPerTransaction: 10 * 1024 * 1024,
  messageBytes: 10 * 1024 * 1024,
  connectionAgeMs: 60 * 60 * 1000,
  connections: 10_000,
  connectionsPerSecond: 100,
  connectionBurst: 1000,
  handshakeMs: 60_000,
  eagerBackends: 48,
  backends: 1_000,
  thinkingMs: 200,
  leastWorking: 16,
  pauseMs: 10,
};
