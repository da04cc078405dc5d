import assert from 'node:assert/strict';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';
import { auditBank, createBank, transferAtRandom } from './bank-run';

const ACCOUNTS = 50;
const SESSIONS = 64;
/** However slow the machine. */
const TRANSFERS = 100;
/** A transfer waits for nobody: while it is under way no client gets further than this many of its own. */
const OVERTAKEN_BY = 10 * SESSIONS;
/** Longer on demand: OCC_RUN_MS=60000. */
const RUN_MS = Number(process.env.OCC_RUN_MS ?? 2500);

describe('money under contention', function () {
  this.timeout(240_000 + 3 * RUN_MS);
  let cluster: TestGateway;
  beforeEach(async () => {
    cluster = await startTestGateway();
  });
  afterEach(() => cluster?.close());

  it('64 clients on 50 accounts neither make nor lose any', async () => {
    await createBank(await cluster.connect(), ACCOUNTS);
    const run = await transferAtRandom(cluster, ACCOUNTS, SESSIONS, RUN_MS, TRANSFERS);
    if (process.env.OCC_RUN_MS)
      console.log({ ...run, acknowledged: run.acknowledged.size, unknown: run.unknown.size }, cluster.gateway.stats());
    await auditBank(await cluster.connect(), ACCOUNTS, run);
    assert.deepEqual(run.other, []);
    assert.deepEqual(cluster.log, []);
    assert.equal(run.unavailable, 0);
    assert.ok(run.committed >= TRANSFERS);
    assert.ok(run.overtakenBy <= OVERTAKEN_BY, `${run.overtakenBy} transfers were committed during one`);
  });

  it('nothing acknowledged is lost when PostgreSQL is killed in the middle, between accounts that foreign keys hold', async () => {
    await createBank(await cluster.connect(), ACCOUNTS, [
      'REFERENCES accounts',
      'REFERENCES accounts DEFERRABLE INITIALLY DEFERRED',
    ]);
    let killed = 0;
    const run = await transferAtRandom(cluster, ACCOUNTS, SESSIONS, RUN_MS, TRANSFERS, committed => {
      if (killed > 0 || committed < TRANSFERS / 2) return;
      killed = cluster.postgres.pid;
      process.kill(killed, 'SIGKILL');
    });
    const client = await cluster.connect();
    await until(async () => (await client.query('SELECT 1')).rowCount === 1, 'PostgreSQL is back');
    if (process.env.OCC_RUN_MS)
      console.log({ ...run, acknowledged: run.acknowledged.size, unknown: run.unknown.size }, cluster.gateway.stats());
    await auditBank(client, ACCOUNTS, run);
    assert.notEqual(cluster.postgres.pid, killed);
    assert.ok(run.unavailable > 0, 'nobody noticed');
    assert.deepEqual(run.other, []);
    assert.deepEqual(cluster.log, []);
  });
});
