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

  it('lets nobody make what only one connection of the pool would have', async () => {
    const admin = await cluster.connect();
    await admin.query('SET search_path = pg_temp, public');
    const denied = {
      code: '42501',
      message: 'permission denied to create temporary tables in database "postgres"',
    };
    for (const sql of [
      "CREATE FUNCTION pg_temp.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      'CREATE DOMAIN pg_temp.code AS text',
      'CREATE TABLE passing (id int PRIMARY KEY)',
      'CREATE VIEW passing_view AS SELECT 1 AS one',
      'CREATE SEQUENCE passing_ids CACHE 1',
    ])
      await assert.rejects(admin.query(sql), denied, sql);
    await assert.rejects(admin.query('GRANT TEMPORARY ON DATABASE postgres TO admin'), { code: '0A000' });
  });
});
