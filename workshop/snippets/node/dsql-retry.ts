/**
 * Transactions on Amazon Aurora DSQL that survive conflicts, lost connections and lost COMMITs. Copy it, it is yours. Needs `pg`.
 *
 * DSQL takes no locks: it checks at COMMIT whether another transaction was first, and then answers SQLSTATE 40001 (OC000: data, OC001:
 * schema). Nothing was applied, so the whole transaction is run again: on a fresh connection, after a random wait that grows. What a
 * COMMIT came to whose answer was lost, only the data can tell: give such work a key, and use `runOnce`.
 */
import type { Pool, PoolClient } from 'pg';

export interface RetryOptions {
  /** Attempts in all. Default 5. */
  maxAttempts?: number;
  /** Upper bound of the first wait, doubled for each further one. Default 50. */
  baseDelayMs?: number;
  /** Upper bound of every wait. Default 5,000. */
  maxDelayMs?: number;
  /** Called before each wait; count it, so that hot rows show. `attempt` is the one that failed, from 1. */
  onRetry?(attempt: number, delayMs: number, error: unknown): void;
}

/** COMMIT was sent and its answer never came: the transaction took effect, or it did not. Look before you send it again. */
export class CommitOutcomeUnknownError extends Error {
  constructor(cause: unknown) {
    super('the connection was lost during COMMIT: the transaction may have taken effect', { cause });
    this.name = 'CommitOutcomeUnknownError';
  }
}

/** Whether another transaction won: 40001 on the error or on one of its causes, because ORMs wrap the driver's error. */
export function isOccConflict(error: unknown): boolean {
  return sqlStates(error).some(state => state === '40001' || state === 'OC000' || state === 'OC001');
}

/**
 * Runs `work` in a transaction, and all of it again after a conflict or a connection that was lost before COMMIT. `work` must do nothing
 * that cannot be done twice: no mails, no calls of other services. Everything it reads, it must read inside.
 * @throws CommitOutcomeUnknownError, the last conflict when all attempts met one, or what `work` throws.
 */
export async function withTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  return retrying(
    options,
    error => isOccConflict(error) || isLostConnection(error),
    async () => {
      const client = await pool.connect().catch(asConnectError);
      let failed = true;
      // a connection that dies between two statements must not bring the process down
      const ignore = (): void => undefined;
      client.on('error', ignore);
      try {
        await client.query('BEGIN');
        const result = await work(client);
        await commit(client);
        failed = false;
        return result;
      } finally {
        client.off('error', ignore);
        // never back into the pool after a failure: the next attempt has a fresh connection, and the server rolls back
        client.release(failed);
      }
    },
  );
}

/** Run it once: the table that `runOnce` keeps its keys in. Delete old rows in batches of up to 3,000. */
export const PROCESSED_REQUESTS_DDL = `CREATE TABLE IF NOT EXISTS processed_requests (
  key uuid PRIMARY KEY,
  result jsonb,
  processed_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Like `withTransaction`, and exactly once for each `key` however often it is called: the key and the result are written by the
 * transaction itself, so a COMMIT with an unknown outcome is simply run again and finds out. The caller makes the key
 * (crypto.randomUUID()) and sends the same one with each repetition of its request. @returns what `work` returned, as JSON keeps it.
 */
export async function runOnce<T>(
  pool: Pool,
  key: string,
  work: (client: PoolClient) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const again = (error: unknown): boolean => error instanceof CommitOutcomeUnknownError || isTakenKey(error);
  return retrying(options, again, () =>
    withTransaction(
      pool,
      async client => {
        const known = await client.query<{ result: T }>('SELECT result FROM processed_requests WHERE key = $1', [key]);
        const [row] = known.rows;
        if (row) return row.result;
        const result = await work(client);
        const stored = JSON.stringify(result ?? null);
        await client.query('INSERT INTO processed_requests (key, result) VALUES ($1, $2)', [key, stored]);
        return result;
      },
      options,
    ),
  );
}

/** Full jitter: anywhere between nothing and a bound that doubles up to the cap, so that losers do not meet again. */
export function backoffMs(attempt: number, options: RetryOptions = {}, random = Math.random()): number {
  const { baseDelayMs = 50, maxDelayMs = 5_000 } = options;
  return random * Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(attempt - 1, 30));
}

async function retrying<T>(
  options: RetryOptions,
  isRetryable: (error: unknown) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || number >= (options.maxAttempts ?? 5)) throw error;
      const delayMs = backoffMs(number, options);
      options.onRetry?.(number, delayMs, error);
      await new Promise(resolve => setTimeout(resolve, delayMs));
    }
  }
}

async function commit(client: PoolClient): Promise<void> {
  try {
    const { command } = await client.query('COMMIT');
    // COMMIT of a transaction whose error `work` swallowed answers ROLLBACK, without an error
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
  } catch (error) {
    if (isLostConnection(error) || sqlStates(error).includes('XX000')) throw new CommitOutcomeUnknownError(error);
    throw error;
  }
}

/** A connection that cannot be made is no conflict: wrong credentials do not get better by trying. */
class ConnectError extends Error {}

function asConnectError(error: unknown): never {
  throw new ConnectError('cannot connect to the cluster', { cause: error });
}

/** The connection ended in mid-transaction: the server said so (08…, 57P…), or the socket did. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof ConnectError || error instanceof CommitOutcomeUnknownError) return false;
  return causes(error).some(link => {
    const { code, message } = link as { code?: unknown; message?: unknown };
    if (typeof code === 'string') return /^(?:08...|57P..|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code);
    return typeof message === 'string' && /connection (?:terminated|ended|closed)|not queryable/i.test(message);
  });
}

/** Two calls with one key at once: the loser may get 23505 instead of 40001. */
function isTakenKey(error: unknown): boolean {
  return causes(error).some(link => {
    const { code, table } = link as { code?: unknown; table?: unknown };
    return code === '23505' && (table === undefined || table === 'processed_requests');
  });
}

const sqlStates = (error: unknown): unknown[] => causes(error).map(link => (link as { code?: unknown }).code);

/** The error and its causes, outermost first. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link = error; link != null && chain.length < 10; link = (link as { cause?: unknown }).cause)
    chain.push(link);
  return chain;
}
