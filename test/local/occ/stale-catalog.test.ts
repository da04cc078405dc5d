import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC001 } from '../../support/isolation-session';

describe('OC001 in the scope of the session', function () {
  this.timeout(60_000);
  let cluster: TestGateway;
  let a: pg.Client;
  let b: pg.Client;
  before(async () => {
    cluster = await startTestGateway({ occ: { staleCatalog: 'session' } });
    a = await cluster.connect();
    b = await cluster.connect();
    await a.query('CREATE TABLE t (id int PRIMARY KEY)');
    await a.query('CREATE TABLE other (id int PRIMARY KEY)');
    await a.query('CREATE ROLE teller WITH LOGIN');
  });
  after(() => cluster?.close());

  for (const protocol of ['simple', 'extended'] as const)
    for (const change of [
      `ALTER TABLE t ADD COLUMN ${protocol} text`,
      'GRANT SELECT ON t TO teller',
      'REVOKE SELECT ON t FROM teller',
      `ALTER TABLE t DROP COLUMN ${protocol}`,
    ])
      it(`${change}: once in each session that knew the table (${protocol})`, async () => {
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM other', protocol), 'SELECT 0');
        const answer = await answerOf(a, change);
        assert.ok(!answer.startsWith('ERROR'), answer);
        const fresh = await cluster.connect();
        assert.equal(await answerOf(fresh, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), OC001);
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(a, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM other', protocol), 'SELECT 0');
      });
});
