import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';

/** Tables of one name, and what each has in it. */
const SCHEMAS = { public: 1, teller: 10, closed: 100 };

describe('what a name means to a role that was set', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    await admin.query('CREATE ROLE teller');
    await admin.query('GRANT teller TO admin');
    await admin.query('CREATE SCHEMA teller');
    await admin.query('CREATE SCHEMA closed');
    await admin.query('GRANT USAGE ON SCHEMA teller TO teller');
    for (const [schema, value] of Object.entries(SCHEMAS)) {
      await admin.query(`CREATE TABLE ${schema}.account (id int PRIMARY KEY, v int)`);
      await admin.query(`INSERT INTO ${schema}.account VALUES (2, ${2 * value}), (1, ${value})`);
      await admin.query(`GRANT SELECT, UPDATE ON ${schema}.account TO teller`);
    }
  });
  after(() => cluster?.close());

  /** In a transaction: for a session no role can be set. */
  async function teller(path: string, set = 'SET LOCAL ROLE teller'): Promise<pg.Client> {
    const client = await cluster.connect();
    await client.query(`BEGIN; ${set}; SET LOCAL search_path = ${path}`);
    return client;
  }

  for (const [path, schema] of [
    ['"$user", public', 'teller'],
    ['closed, public', 'public'],
  ] as const) {
    const value = SCHEMAS[schema];

    it(`is the table whose key orders its rows: ${path}`, async () => {
      const client = await teller(path);
      assert.equal(await answerOf(client, 'SELECT v FROM account'), `SELECT 2\n  ${value}\n  ${2 * value}`);
    });

    it(`is the table on which a transaction goes on that has lost: ${path}`, async () => {
      const client = await teller(path);
      await client.query('SELECT FROM account');
      await admin.query(`UPDATE ${schema}.account SET v = v WHERE id = 1`);
      const change = 'UPDATE account SET v = v + 1 WHERE id = 1 RETURNING v';
      assert.equal(await answerOf(client, change), `UPDATE 1\n  ${value + 1}`);
      assert.equal(await answerOf(client, change), `UPDATE 1\n  ${value + 2}`);
      assert.equal(
        await answerOf(client, 'SELECT v FROM account ORDER BY id'),
        `SELECT 2\n  ${value + 2}\n  ${2 * value}`,
      );
      assert.equal(await answerOf(client, 'COMMIT'), OC000);
    });

    it(`is the table whose rows it claims: ${path}`, async () => {
      for (const written of ['public', 'teller', 'closed']) {
        const client = await teller(path);
        const writer = await cluster.connect();
        await writer.query('BEGIN; SELECT FROM public.account');
        await client.query('SELECT v FROM account WHERE id = 1 FOR UPDATE; COMMIT');
        await writer.query(`UPDATE ${written}.account SET v = v WHERE id = 1`);
        assert.equal(await answerOf(writer, 'COMMIT'), written === schema ? OC000 : 'COMMIT', written);
      }
    });
  }

  it('is what each of the roles may do with it, where the role was set behind a write', async () => {
    const client = await cluster.connect();
    await client.query('BEGIN; SET LOCAL search_path = teller; UPDATE account SET v = 11 WHERE id = 1');
    await client.query('SET LOCAL ROLE teller');
    await admin.query('UPDATE teller.account SET v = v WHERE id = 2');
    assert.equal(await answerOf(client, 'UPDATE account SET v = v + 1 RETURNING v'), 'UPDATE 2\n  21\n  12');
    assert.equal(await answerOf(client, 'DELETE FROM account'), 'ERROR 42501 permission denied for table account');
    await client.query('ROLLBACK');
  });

  it('is the same however the role was set', async () => {
    for (const set of [
      "SELECT set_config('role', 'teller', true)",
      "SET LOCAL ROLE teller; SELECT set_config('timezone', 'UTC', true)",
    ]) {
      const client = await teller('"$user", public', set);
      assert.equal(await answerOf(client, 'SELECT v FROM account'), 'SELECT 2\n  10\n  20', set);
      await client.query('ROLLBACK');
      assert.equal(await answerOf(client, 'SELECT current_user'), 'SELECT 1\n  admin');
      assert.equal(await answerOf(client, 'SELECT v FROM account'), 'SELECT 2\n  1\n  2', set);
    }
  });

  it('is asked after as that role, where who logged in may not look', async () => {
    await admin.query('CREATE ROLE clerk LOGIN');
    await admin.query('GRANT teller TO clerk WITH INHERIT FALSE');
    for (const [id, outcome, end] of [
      [1, OC000, 'COMMIT'],
      [2, 'COMMIT', 'COMMIT'],
      [1, OC000, 'RESET ROLE; COMMIT'],
      [2, 'COMMIT', 'RESET ROLE; COMMIT'],
    ] as const) {
      const writer = await cluster.connect();
      await writer.query('BEGIN; SELECT FROM teller.account');
      const clerk = await cluster.connect('clerk');
      assert.match(await answerOf(clerk, 'SELECT FROM teller.account'), /^ERROR 42501/);
      await clerk.query('BEGIN; SET LOCAL ROLE teller; SELECT v FROM teller.account WHERE id = 1 FOR UPDATE');
      await clerk.query(end);
      await writer.query(`UPDATE teller.account SET v = v WHERE id = ${id}`);
      assert.equal(await answerOf(writer, 'COMMIT'), outcome, end);
    }
  });

  it('changes with what the role may use', async () => {
    const read = async (): Promise<string> => answerOf(await teller('closed, public'), 'SELECT v FROM account');
    await admin.query('GRANT USAGE ON SCHEMA closed TO teller');
    assert.equal(await read(), 'SELECT 2\n  100\n  200');
    await admin.query('REVOKE USAGE ON SCHEMA closed FROM teller');
    assert.equal(await read(), 'SELECT 2\n  1\n  2');
  });
});
