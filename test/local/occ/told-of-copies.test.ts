import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';

/** All that PostgreSQL says of an error about what the client has named. */
const TOLD = ['message', 'detail', 'hint', 'position', 'where', 'schema', 'table', 'column', 'constraint'] as const;

describe('errors of a transaction that has lost', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  let other: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    other = await cluster.connect();
    await admin.query('CREATE SCHEMA shop');
    for (const table of ['account', 'shop.account', 'shop.stock']) {
      await admin.query(`CREATE TABLE ${table} (id int PRIMARY KEY, v int NOT NULL)`);
      await admin.query(`INSERT INTO ${table} VALUES (1, 1), (2, 2)`);
    }
    for (const table of ['account', 'stock']) {
      const columns = `id int PRIMARY KEY, owner int NOT NULL REFERENCES shop.${table} ON DELETE SET NULL`;
      await admin.query(`CREATE TABLE shop."${table}'s child" (${columns})`);
      await admin.query(`INSERT INTO shop."${table}'s child" VALUES (1, 2)`);
    }
  });
  after(() => cluster?.close());

  const told = async (client: pg.Client, sql: string, values?: number[]): Promise<Record<string, unknown>> => {
    const error = await client.query(sql, values).then(
      () => assert.fail(`${sql} was answered`),
      (refused: Error) => refused as unknown as Record<string, unknown>,
    );
    return Object.fromEntries(TOLD.map(field => [field, error[field]]));
  };

  /** In a transaction that has written `tables`, and lost a row of the first to another one. */
  async function toldTheLost(tables: readonly string[], sql: string, values?: number[]): ReturnType<typeof told> {
    await admin.query('BEGIN');
    await admin.query('SELECT 1 FROM account');
    await other.query(`UPDATE ${tables[0]} SET v = v + 1 WHERE id = 1`);
    for (const table of [...tables, tables[0]])
      assert.equal((await admin.query(`UPDATE ${table} SET v = v + 1 WHERE id = 1`)).rowCount, 1);
    const error = await told(admin, sql, values);
    await admin.query('ROLLBACK');
    return error;
  }

  for (const [kind, table, tables] of [
    ['one name each', 'stock', ['shop.stock']],
    ['one name in two schemas', 'account', ['shop.account', 'account']],
  ] as const)
    for (const [sql, ...values] of [
      [`UPDATE shop.${table} SET v = NULL WHERE id = 2`],
      [`INSERT INTO shop.${table} VALUES (2, 2)`],
      ['INSERT INTO shop.TABLE VALUES ($1, $2)'.replace('TABLE', table), 2, 2],
      [`DELETE FROM shop.${table} WHERE id = 2`],
      [`SELECT a.v FROM shop.${table} a, shop.${table} b WHERE a.nothing = b.v`],
      [`SELECT a.v FROM shop.${table} a, shop.${table} b WHERE a.nothing = b.v + $1`, 1],
    ] as const)
      it(`name its tables where their copies have ${kind}: ${sql}`, async () => {
        const expected = await told(admin, sql, values.length > 0 ? [...values] : undefined);
        assert.deepEqual(await toldTheLost(tables, sql, values.length > 0 ? [...values] : undefined), expected);
      });

  it('name a type of theirs with its schema where that is not searched', async () => {
    for (const sql of ["SELECT 'é', a::int FROM shop.account a", 'SELECT a::int FROM account a']) {
      const expected = await told(admin, sql);
      assert.match(String(expected.message), sql.includes('shop') ? /type shop\.account / : /type account /);
      assert.deepEqual(await toldTheLost(['shop.account', 'account'], sql), expected);
    }
  });

  it('come before that of its COMMIT, which is the conflict', async () => {
    await admin.query('BEGIN');
    await admin.query('SELECT 1 FROM account');
    await other.query('UPDATE account SET v = v + 1 WHERE id = 1');
    await admin.query('UPDATE account SET v = v + 1 WHERE id = 1');
    assert.equal(await answerOf(admin, 'COMMIT'), OC000);
  });
});
