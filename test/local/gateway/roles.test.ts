import assert from 'node:assert/strict';
import { startTestGateway, type TestGateway } from '../../support/gateway';

describe('roles behind the gateway’s pool', () => {
  let cluster: TestGateway;
  before(async () => {
    cluster = await startTestGateway();
  });
  after(() => cluster?.close());

  it('serves a role that was dropped and made again with the new one’s rights', async () => {
    const admin = await cluster.connect();
    await admin.query('CREATE TABLE t (id int PRIMARY KEY)');
    for (let round = 0; round < 2; round++) {
      await admin.query('CREATE ROLE app WITH LOGIN');
      await admin.query('GRANT SELECT ON t TO app');
      const app = await cluster.connect('app');
      assert.deepEqual((await app.query('SELECT count(*)::int AS n FROM t')).rows, [{ n: 0 }], `round ${round}`);
      // the client stays connected while its role goes: its backend is idle in the pool
      await admin.query('REVOKE SELECT ON t FROM app');
      await admin.query('DROP ROLE app');
    }
  });

  it('keeps serving a role whose rights changed', async () => {
    const admin = await cluster.connect();
    await admin.query('CREATE TABLE u (id int PRIMARY KEY)');
    await admin.query('CREATE ROLE reader WITH LOGIN');
    const reader = await cluster.connect('reader');
    await assert.rejects(reader.query('SELECT FROM u'), { code: '42501' });
    await admin.query('GRANT SELECT ON u TO reader');
    await assert.rejects(reader.query('SELECT FROM u'), { code: '40001', message: /OC001/ });
    assert.equal((await reader.query('SELECT FROM u')).rowCount, 0);
  });
});
