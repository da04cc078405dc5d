import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../src/local/postgres/server';
import { superuserOptions } from '../../src/local/postgres/connection';
import type { PostgresAddress } from '../../src/local/ports';

/** The embedded PostgreSQL without the gateway, at REPEATABLE READ, in a directory of its own. */
export interface PrivatePostgres {
  address: PostgresAddress;
  config: pg.ClientConfig;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Starts a PostgreSQL for a test or a baseline. */
export async function startPrivatePostgres(maxConnections = 100): Promise<PrivatePostgres> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'private-postgres-'));
  try {
    const server = await startPostgres({ dataDir, maxConnections });
    const config = {
      ...superuserOptions(server.address),
      options: '-c default_transaction_isolation=repeatable\\ read',
    };
    const pool = new pg.Pool({ ...config, max: 8 });
    // The server's goodbye must not reach a connection nobody listens to any more.
    pool.on('error', () => undefined);
    return {
      address: server.address,
      config,
      pool,
      async close() {
        await pool.end();
        await server.close();
        fs.rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    fs.rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}
