import assert from 'node:assert/strict';
import type pg from 'pg';
import { cancelUntilOver } from '../../../src/local/jobs/cancel-statement';
import { connectSuperuser, superuserPool } from '../../../src/local/postgres/connection';
import type { PostgresServer } from '../../../src/local/ports';
import { startTestPostgres } from '../../support/postgres';

describe('a statement that is cancelled', function () {
  let postgres: PostgresServer;
  let pool: pg.Pool;
  let client: pg.Client;
  let pid: number;
  before(async () => {
    postgres = await startTestPostgres();
    pool = superuserPool(postgres.address, 1);
  });
  beforeEach(async () => {
    client = await connectSuperuser(postgres.address);
    pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
  });
  afterEach(() => client.end());
  after(async () => {
    await pool?.end();
    await postgres?.close();
  });

  it('is over, though the first request comes before its process has begun to read it', async function () {
    if (process.platform === 'win32') this.skip();
    const sent: number[] = [];
    process.kill(pid, 'SIGSTOP');
    const statement = client.query('SELECT pg_sleep(60)');
    const cancelling = cancelUntilOver(statement, pid, async (sql, params) => {
      await pool.query(sql, params);
      // delivered while the process waits for a command: PostgreSQL drops it
      if (sent.push(Date.now()) === 1) process.kill(pid, 'SIGCONT');
    });
    await assert.rejects(statement, { code: '57014' });
    await cancelling;
    assert.ok(sent.length > 1, 'the first request was lost');
  });

  it('needs no request when it is over already', async () => {
    const done = client.query('SELECT 1');
    await done;
    let requests = 0;
    await cancelUntilOver(done, pid, () => Promise.resolve(requests++));
    assert.ok(requests <= 1);
    assert.equal((await client.query('SELECT 2 AS two')).rowCount, 1);
  });
});
