import pg from 'pg';
import { superuserOptions } from '../../src/local/postgres/connection';
import { startTestPostgres } from './postgres';

/** The embedded PostgreSQL without the gateway, at REPEATABLE READ, in a directory of its own. */
export interface PrivatePostgres {
  config: pg.ClientConfig;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Starts a PostgreSQL to test the bank's statements on, or as a baseline. */
export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const server = await startTestPostgres();
  const config = {
    ...superuserOptions(server.address),
    options: '-c default_transaction_isolation=repeatable\\ read',
  };
  const pool = new pg.Pool({ ...config, max: 8 });
  // A connection may get the server's goodbye after the pool has ended.
  pool.on('error', () => undefined);
  return {
    config,
    pool,
    async close() {
      await pool.end();
      await server.close();
    },
  };
}
