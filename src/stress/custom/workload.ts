import type { ClientConfig } from 'pg';
import type { Random } from '../../core/stress/random';

/**
 * A load of your own: a module whose default export is this. It is bundled (TypeScript welcome) and loaded once in each worker thread.
 *
 *     import { Pool } from 'pg';
 *     let pool;
 *     export default {
 *       setup({ database, inFlight }) { pool = new Pool({ ...database, max: inFlight }).on('error', () => {}); },
 *       async call({ payer }) { await pool.query('SELECT balance FROM accounts WHERE id = $1', [payer]); },
 *       teardown() { return pool.end(); },
 *     };
 *
 * Without the listener an idle connection that breaks ends the thread, and with it the run.
 */
export interface CustomWorkload {
  /** Called once in each worker, before the clock starts. What it throws fails the run. */
  setup?(context: CustomSetup): unknown;
  /**
   * Makes one call; may be under way `inFlight` times at once. To throw, or to reject, is to fail: the class is that of the error's
   * `code` (a SQLSTATE, a Node error code, an AWS exception name), also of its causes. Never repeated by the generator.
   */
  call(context: CustomCall): CustomAnswer | void | Promise<CustomAnswer | void>;
  /** Called when the run is over; the thread ends shortly afterwards, whether it is done or not. */
  teardown?(): unknown;
}

/** What `setup` is given. */
export interface CustomSetup {
  /** For `new pg.Client` or `new pg.Pool`: TLS verified, a fresh token for each connection. */
  database: ClientConfig;
  /** This worker's number, from 0, and how many there are. */
  worker: number;
  workers: number;
  /** Calls that this worker may have under way at once. */
  inFlight: number;
  accounts: number;
  /** The plan's `options`. */
  options: Record<string, unknown>;
}

/** What `call` is given. */
export interface CustomCall {
  /** Two accounts, different ones, chosen as the plan says. */
  payer: number;
  payee: number;
  amount: number;
  /** In [0, 1); the same sequence for the same seed. */
  random: Random;
  /** The number of this call in its worker, from 0. */
  iteration: number;
  options: Record<string, unknown>;
}

/** What `call` may answer with. */
export interface CustomAnswer {
  /** Conflicts that the call met and retried. */
  retries?: number;
  /** Milliseconds that the far side says it took. */
  handlerMs?: number;
}
