import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import type { PostgresServer } from '../../../src/local/ports';
import { startTestPostgres } from '../../support/postgres';

describe('PostgreSQL in a container', () => {
  let server: PostgresServer | undefined;
  after(() => server?.close());

  it('needs nothing of /dev/shm, which may be missing, read-only or a megabyte', async function () {
    if (process.platform !== 'linux') this.skip();
    server = await startTestPostgres();
    const mapped = fs.readFileSync(`/proc/${server.pid}/maps`, 'utf8').split('\n');
    // its data directory may be in memory, too
    const strange = mapped.filter(line => line.includes(' /dev/shm/') && !line.includes(` ${os.tmpdir()}/`));
    assert.deepEqual(strange, []);
  });
});
