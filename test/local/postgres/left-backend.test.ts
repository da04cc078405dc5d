import fs from 'node:fs';
import path from 'node:path';
import type { PostgresServer } from '../../../src/local/ports';
import { connectBeneath, removeDirectory, startTestPostgres, temporaryDirectory, until } from '../../support/postgres';

/** More starts than a PostgreSQL gets that fails by itself. */
const STARTS = 8;

describe('PostgreSQL whose postmaster was killed', () => {
  let dataDir: string;
  let server: PostgresServer;
  before(async () => {
    dataDir = temporaryDirectory();
    server = await startTestPostgres({ dataDir });
  });
  after(async () => {
    await server.close();
    removeDirectory(dataDir);
  });

  it('comes back however long one of its processes is held up, which keeps the shared memory meanwhile', async function () {
    if (process.platform === 'win32') return this.skip(); // nothing is held up by a signal there
    const client = await connectBeneath(server.address);
    client.on('error', () => undefined);
    const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!;
    process.kill(pid, 'SIGSTOP');
    try {
      process.kill(server.pid, 'SIGKILL');
      const log = (): string => fs.readFileSync(path.join(dataDir, 'postgres.log'), 'utf8');
      await until(() => log().split('still in use').length > STARTS, `${STARTS} starts`);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const answer = async (): Promise<boolean> => {
      const again = await connectBeneath(server.address);
      await again.end();
      return true;
    };
    await until(answer, 'PostgreSQL to be back');
  });
});
