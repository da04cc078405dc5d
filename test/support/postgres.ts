import type { PostgresAddress, PostgresServer } from '../../src/local/ports';
import type pg from 'pg';
import { connectSuperuser } from '../../src/local/postgres/connection';
import { startPostgres, type PostgresOptions } from '../../src/local/postgres/server';
import { prepareStorage, releaseStorage } from '../../src/local/postgres/storage';
import { removeDirectory, temporaryDirectory } from './scratch';

export { removeDirectory, temporaryDirectory, until } from './scratch';

/** A bootstrapped PostgreSQL in a directory of its own; `close` removes the directory too. */
export async function startTestPostgres(options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const server = await startPostgres({ ...options, dataDir });
  return {
    get pid() {
      return server.pid;
    },
    address: server.address,
    onRestart: listener => server.onRestart(listener),
    async close() {
      await server.close();
      if (!options.dataDir) removeDirectory(dataDir);
    },
  };
}

/** Where PostgreSQL's own files of a data directory lie. */
export function postgresData(dataDir: string): string {
  const storage = prepareStorage(dataDir);
  releaseStorage(storage);
  return storage.pgData;
}

/** The superuser with the search path of a user: what a test makes by plain names is in schema public. */
export async function connectBeneath(address: PostgresAddress): Promise<pg.Client> {
  const client = await connectSuperuser(address);
  await client.query('SET search_path = public');
  return client;
}
