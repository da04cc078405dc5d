import type { PostgresServer } from '../../src/local/ports';
import { startPostgres, type PostgresOptions } from '../../src/local/postgres/server';
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
