import assert from 'node:assert/strict';
import type pg from 'pg';
import { query } from '../../../src/local/gateway/wire/client-messages';
import { Gate } from '../../support/gate';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';
import { answerOf } from '../../support/isolation-session';
import { afterSchemaChange } from '../../support/schema-change';
import { WireClient } from '../gateway/wire-client';

/** `tag count`, or the SQLSTATE and message of the error. */
async function answer(client: pg.Client, sql: string, params?: unknown[]): Promise<string> {
  try {
    const result = await client.query(sql, params);
    return `${result.command} ${result.rowCount ?? ''}`.trim();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code} ${message}`;
  }
}

const OC000 = '40001 change conflicts with another transaction (OC000)';
const OC001 = '40001 schema has been updated by another transaction (OC001)';

describe('optimistic concurrency', () => {
  let cluster: TestGateway;
  let a: pg.Client;
  let b: pg.Client;

  before(async () => {
    cluster = await startTestGateway();
    a = await cluster.connect();
    b = await cluster.connect();
    await a.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)');
    await a.query('CREATE TABLE child (id int PRIMARY KEY, account_id int REFERENCES account)');
  });
  after(() => cluster?.close());
  beforeEach(async () => {
    // a test before may have changed tables
    for (const table of ['child', 'account']) await afterSchemaChange(() => a.query(`DELETE FROM ${table}`));
    await a.query('INSERT INTO account SELECT g, 100 FROM generate_series(1, 10) g');
    await a.query('BEGIN');
    await b.query('BEGIN');
  });
  afterEach(async () => {
    await a.query('ROLLBACK');
    await b.query('ROLLBACK');
    assert.deepEqual(cluster.log, []);
  });

  const balance = async (id: number): Promise<number> =>
    (await a.query<{ balance: number }>('SELECT balance FROM account WHERE id = $1', [id])).rows[0]!.balance;

  /** Both statements answer as if alone; then whoever commits first wins. */
  async function race(first: string, second: string, answers: [string, string]): Promise<void> {
    for (const winner of [0, 1]) {
      const clients = [a, b] as const;
      assert.equal(await answer(a, first), answers[0]);
      assert.equal(await answer(b, second), answers[1]);
      assert.equal(await answer(clients[winner]!, 'COMMIT'), 'COMMIT');
      assert.equal(await answer(clients[1 - winner]!, 'COMMIT'), OC000);
      await a.query('DELETE FROM child');
      await a.query('DELETE FROM account');
      await a.query('INSERT INTO account SELECT g, 100 FROM generate_series(1, 10) g');
      await a.query('BEGIN');
      await b.query('BEGIN');
    }
  }

  it('update against update: both answer, the first committer wins', () =>
    race(
      'UPDATE account SET balance = balance + 1 WHERE id = 1',
      'UPDATE account SET balance = balance + 10 WHERE id = 1',
      ['UPDATE 1', 'UPDATE 1'],
    ));

  it('update against update, over the extended protocol with RETURNING', async () => {
    const sql = 'UPDATE account SET balance = balance + $2 WHERE id = $1 RETURNING balance';
    assert.deepEqual((await a.query(sql, [1, 1])).rows, [{ balance: 101 }]);
    assert.deepEqual((await b.query(sql, [1, 10])).rows, [{ balance: 110 }]);
    assert.deepEqual((await b.query('SELECT balance FROM account WHERE id = 1')).rows, [{ balance: 110 }]);
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(b, 'COMMIT'), OC000);
    assert.equal(await balance(1), 101);
  });

  it('delete against update', () =>
    race('DELETE FROM account WHERE id = 1', 'UPDATE account SET balance = 0 WHERE id = 1', ['DELETE 1', 'UPDATE 1']));

  it('the same key inserted twice', () =>
    race('INSERT INTO account VALUES (99, 1)', 'INSERT INTO account VALUES (99, 2)', ['INSERT 1', 'INSERT 1']));

  it('FOR UPDATE against a write', () =>
    race('SELECT * FROM account WHERE id = 1 FOR UPDATE', 'UPDATE account SET balance = 0 WHERE id = 1', [
      'SELECT 1',
      'UPDATE 1',
    ]));

  it('FOR UPDATE against FOR UPDATE', () =>
    race('SELECT * FROM account WHERE id = 1 FOR UPDATE', 'SELECT * FROM account WHERE id = 1 FOR UPDATE', [
      'SELECT 1',
      'SELECT 1',
    ]));

  it('FOR KEY SHARE against a delete', () =>
    race('SELECT * FROM account WHERE id = 1 FOR KEY SHARE', 'DELETE FROM account WHERE id = 1', [
      'SELECT 1',
      'DELETE 1',
    ]));

  it('a foreign key insert against a delete of the parent', async () => {
    assert.equal(await answer(a, 'INSERT INTO child VALUES (1, 1)'), 'INSERT 1');
    assert.equal(await answer(b, 'DELETE FROM account WHERE id = 1'), 'DELETE 1');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(a, 'COMMIT'), OC000);
  });

  it('FOR KEY SHARE in a large table claims what it has found, whatever others make of it', async () => {
    const c = await cluster.connect();
    await c.query('CREATE TABLE large (id int PRIMARY KEY, v int, filler text)');
    for (const first of [1, 2901]) {
      const rows = `SELECT g, g, repeat(md5(g::text), 60) FROM generate_series(${first}, ${first + 2899}) g`;
      await c.query(`INSERT INTO large ${rows}`);
    }
    for (const [change, id, outcome] of [
      ['UPDATE large SET v = 9 WHERE id = 1', 1, OC000],
      ['UPDATE large SET v = 2 WHERE id = 3', 3, 'COMMIT'],
    ] as const) {
      for (const client of [a, b]) await client.query('ROLLBACK; BEGIN');
      assert.equal(await answer(a, 'SELECT id FROM large WHERE v IN (1, 2) FOR KEY SHARE'), 'SELECT 2');
      await c.query(change);
      await b.query(`SELECT v FROM large WHERE id = ${id}`);
      assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
      assert.equal(await answer(b, `DELETE FROM large WHERE id = ${id}`), 'DELETE 1');
      assert.equal(await answer(b, 'COMMIT'), outcome);
      await c.query('UPDATE large SET v = 1 WHERE id = 1');
    }
    await c.query('DROP TABLE large');
  });

  it('rows of tables of more than 64 MB: children by an index, parents that a function has locked', async () => {
    const c = await cluster.connect();
    await c.query('CREATE TABLE keeper (id int PRIMARY KEY)');
    await c.query('CREATE TABLE huge (id int PRIMARY KEY, keeper_id int REFERENCES keeper, filler text)');
    await c.query('CREATE TABLE grandchild (id int PRIMARY KEY, huge_id int REFERENCES huge)');
    await c.query('CREATE INDEX ASYNC ON huge (keeper_id)');
    await c.query(
      "CREATE FUNCTION hold(i int) RETURNS int LANGUAGE sql AS 'SELECT id FROM huge WHERE id = i FOR UPDATE'",
    );
    await c.query('INSERT INTO keeper VALUES (1), (2)');
    for (let first = 1; first <= 12 * 2900; first += 2900)
      await c.query(
        `INSERT INTO huge SELECT g, NULL, repeat(md5(g::text), 60) FROM generate_series(${first}, ${first + 2899}) g`,
      );
    for (const [others, change, answered, outcome] of [
      ['INSERT INTO huge VALUES (0, 1)', 'SELECT FROM keeper WHERE id = 1 FOR UPDATE', 'SELECT 1', OC000],
      ['INSERT INTO huge VALUES (-1, 1)', 'SELECT FROM keeper WHERE id = 2 FOR UPDATE', 'SELECT 1', 'COMMIT'],
      ['SELECT hold(1)', 'DELETE FROM huge WHERE id = 1', 'DELETE 1', OC000],
      ['INSERT INTO grandchild VALUES (1, 1)', 'UPDATE huge SET filler = NULL WHERE id = 1', 'UPDATE 1', 'COMMIT'],
    ] as const) {
      await b.query('ROLLBACK; BEGIN; SELECT FROM keeper');
      await c.query(others);
      assert.equal(await answer(b, change), answered);
      assert.equal(await answer(b, 'COMMIT'), outcome, others);
    }
    await c.query('DROP FUNCTION hold');
    for (const table of ['grandchild', 'huge', 'keeper']) await c.query(`DROP TABLE ${table}`);
  });

  it('FOR KEY SHARE does not conflict with a non-key update', async () => {
    assert.equal(await answer(a, 'SELECT * FROM account WHERE id = 1 FOR KEY SHARE'), 'SELECT 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = 0 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
  });

  it('transfers in opposite order', async () => {
    assert.equal(await answer(a, 'UPDATE account SET balance = balance - 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = balance - 1 WHERE id = 2'), 'UPDATE 1');
    assert.equal(await answer(a, 'UPDATE account SET balance = balance + 1 WHERE id = 2'), 'UPDATE 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = balance + 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(a, 'COMMIT'), OC000);
    assert.deepEqual([await balance(1), await balance(2)], [101, 99]);
  });

  it('statements sent at the same time in a ring both answer', async () => {
    await a.query('UPDATE account SET balance = balance - 1 WHERE id = 1');
    await b.query('UPDATE account SET balance = balance - 1 WHERE id = 2');
    const both = await Promise.all([
      answer(a, 'UPDATE account SET balance = balance + 1 WHERE id = 2'),
      answer(b, 'UPDATE account SET balance = balance + 1 WHERE id = 1'),
    ]);
    assert.deepEqual(both, ['UPDATE 1', 'UPDATE 1']);
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(b, 'COMMIT'), OC000);
  });

  it('who has lost a ring goes on when the other has been answered, and does not meet it at each row again', async () => {
    for (let id = 10; id > 2; id--) await b.query('UPDATE account SET balance = 0 WHERE id = $1', [id]);
    for (let n = 0; n < 10; n++) await a.query('UPDATE account SET balance = 0 WHERE id = 1'); // the other is the cheaper one to undo
    const slowly = 'UPDATE account SET balance = length(pg_sleep(0.04)::text) WHERE id > 2';
    const both = await Promise.all([answer(a, slowly), answer(b, 'UPDATE account SET balance = 0 WHERE id = 1')]);
    assert.deepEqual(both, ['UPDATE 8', 'UPDATE 1']);
    await a.query('ROLLBACK');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
  });

  it('commits in a ring, by the parents that their deferred checks claim: one wins', async () => {
    await a.query('ROLLBACK');
    await b.query('ROLLBACK');
    await a.query(
      'CREATE TABLE late (id int PRIMARY KEY, account_id int REFERENCES account DEFERRABLE INITIALLY DEFERRED)',
    );
    for (const [client, own, other] of [
      [a, 1, 2],
      [b, 2, 1],
    ] as const) {
      await afterSchemaChange(() => client.query('SELECT FROM account, late'));
      await client.query('BEGIN');
      await client.query(`SELECT balance FROM account WHERE id = ${own} FOR UPDATE`);
      await client.query(`INSERT INTO late VALUES (${own}, ${other})`);
    }
    const both = await Promise.all([answerOf(a, 'COMMIT'), answerOf(b, 'COMMIT')]);
    assert.deepEqual(both.sort(), ['COMMIT', `ERROR ${OC000}`]);
    await a.query('DROP TABLE late');
  });

  it('statements outside a block in a ring: one wins, neither waits', async () => {
    await a.query('ROLLBACK');
    await b.query('ROLLBACK');
    await a.query('CREATE TABLE slow (id int PRIMARY KEY, pause int DEFAULT length(pg_sleep(0.1)::text))');
    const gate = await Gate.make(cluster, a);
    try {
      await afterSchemaChange(() => b.query('SELECT FROM slow, gate'));
      await gate.shut();
      const insert = (client: pg.Client, ids: string): Promise<string> =>
        answerOf(client, `INSERT INTO slow (id) SELECT n FROM gate, (VALUES ${ids}) v (n)`);
      const both = Promise.all([insert(a, '(1), (2), (3)'), insert(b, '(3), (2), (1)')]);
      await gate.waiting(2);
      await gate.open();
      assert.deepEqual((await both).sort(), [`ERROR ${OC000}`, 'INSERT 3']);
    } finally {
      await gate.close();
    }
    await a.query('DROP TABLE slow');
  });

  for (const protocol of ['simple', 'extended'] as const)
    it(`who is at work for long holds nobody up, and answers once (${protocol})`, async () => {
      const busy = await cluster.connect();
      const own = 'UPDATE account SET balance = balance + 1 WHERE id = 1';
      await busy.query('BEGIN');
      assert.equal(await answerOf(busy, own, protocol), 'UPDATE 1');
      const worked = answerOf(busy, "SELECT 'done', length(pg_sleep(1.5)::text)", protocol);
      assert.equal(await answerOf(b, own, protocol), 'UPDATE 1');
      assert.equal(await answerOf(b, 'COMMIT'), 'COMMIT');
      assert.equal(await worked, 'SELECT 1\n  done | 0');
      assert.equal(await answerOf(busy, 'SELECT balance FROM account WHERE id = 1', protocol), 'SELECT 1\n  101');
      assert.equal(await answerOf(busy, 'COMMIT'), `ERROR ${OC000}`);
      await busy.end();
    });

  for (const [what, sql, tag, error] of [
    ['a row', 'UPDATE account SET balance = 1 WHERE id = 1', 'UPDATE', OC000],
    ['DDL', 'ALTER TABLE account ALTER COLUMN balance SET DEFAULT 0', 'ALTER', OC001],
  ] as const)
    it(`who does not take the rows it has asked for holds nobody up: ${what}`, async () => {
      await b.query('ROLLBACK');
      await afterSchemaChange(() => b.query('SELECT 1 FROM account'));
      const reader = await WireClient.session(cluster);
      reader.send(query('BEGIN; UPDATE account SET balance = 0 WHERE id = 1'));
      await reader.until('ready');
      reader.socket.pause();
      reader.send(query('SELECT repeat(g::text, 1000) FROM generate_series(1, 20000) g'));
      assert.match(await answer(b, sql), new RegExp(`^${tag}`));
      reader.socket.resume();
      assert.deepEqual((await reader.until('ready')).slice(-2), [`error ERROR ${error}`, 'ready E']);
      reader.close();
    });

  it('a rollback dissolves the conflict', async () => {
    assert.equal(await answer(a, 'UPDATE account SET balance = balance + 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = balance + 10 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'ROLLBACK'), 'ROLLBACK');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    assert.equal(await balance(1), 101);
  });

  it('three sessions: one wins, two lose', async () => {
    const c = await cluster.connect();
    await c.query('BEGIN');
    for (const client of [a, b, c])
      assert.equal(await answer(client, 'UPDATE account SET balance = balance + 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(a, 'COMMIT'), OC000);
    assert.equal(await answer(c, 'COMMIT'), OC000);
    assert.equal(await balance(1), 101);
  });

  it('own writes stay visible while others come and go', async () => {
    await a.query('INSERT INTO account VALUES (50, 5)');
    await a.query('UPDATE account SET balance = 7 WHERE id = 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = 8 WHERE id = 1'), 'UPDATE 1');
    assert.deepEqual((await a.query('SELECT balance FROM account WHERE id IN (1, 50) ORDER BY id')).rows, [
      { balance: 7 },
      { balance: 5 },
    ]);
    assert.equal(await answer(b, 'ROLLBACK'), 'ROLLBACK');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    assert.equal(await balance(1), 7);
  });

  it('a row changed after the snapshot is written as if it were not, and fails at COMMIT', async () => {
    await b.query('SELECT 1');
    await b.query('UPDATE account SET balance = 55 WHERE id = 2');
    assert.equal(await answer(a, 'UPDATE account SET balance = balance + 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    const updated = await b.query(
      'UPDATE account AS t SET balance = t.balance + $2 WHERE id = $1 RETURNING *',
      [1, 10],
    );
    assert.deepEqual([updated.command, updated.rowCount, updated.rows], ['UPDATE', 1, [{ id: 1, balance: 110 }]]);
    assert.equal(await answer(b, 'SELECT * FROM account WHERE id = 1 FOR UPDATE'), 'SELECT 1');
    assert.equal(await answer(b, 'DELETE FROM account WHERE id = 1'), 'DELETE 1');
    assert.deepEqual((await b.query('SELECT balance FROM account WHERE id = 2')).rows, [{ balance: 55 }]);
    assert.equal(await answer(b, 'COMMIT'), OC000);
    assert.equal(await balance(1), 101);
    assert.equal(await balance(2), 100);
  });

  it('a key that was freed after the snapshot is still taken: of expressions, of some rows, of nulls', async () => {
    const owner = await cluster.connect();
    await owner.query(
      'CREATE TABLE keyed (id int PRIMARY KEY, name text, hot boolean, n int UNIQUE NULLS NOT DISTINCT)',
    );
    for (const index of ['(lower(name))', '(name) WHERE hot']) {
      const { rows } = await owner.query<{ job_id: string }>(`CREATE UNIQUE INDEX ASYNC ON keyed ${index}`);
      await owner.query(`CALL sys.wait_for_job('${rows[0]!.job_id}')`);
    }
    await owner.query("INSERT INTO keyed VALUES (1, 'A', true, NULL), (2, 'b', false, 2)");
    for (const [freeing, taking] of [
      ["UPDATE keyed SET name = 'c' WHERE id = 1", "UPDATE keyed SET name = 'a' WHERE id = 2"],
      ["UPDATE keyed SET hot = false WHERE name = 'c'", "INSERT INTO keyed VALUES (3, 'c', true, 3)"],
      ['UPDATE keyed SET n = 1 WHERE id = 1', 'INSERT INTO keyed VALUES (4, NULL, NULL, NULL)'],
    ] as const) {
      const late = await cluster.connect();
      await late.query('BEGIN; SELECT FROM keyed');
      await owner.query(freeing);
      assert.match(await answer(late, taking), /^23505 /);
      await late.end();
    }
    await owner.query('DROP TABLE keyed');
  });

  it('disjoint rows never conflict', async () => {
    assert.equal(await answer(a, 'UPDATE account SET balance = 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = 2 WHERE id = 2'), 'UPDATE 1');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
  });

  it('write skew commits; FOR UPDATE prevents it', async () => {
    for (const locking of ['', ' FOR UPDATE']) {
      for (const [client, id] of [
        [a, 1],
        [b, 2],
      ] as const) {
        assert.equal(await answer(client, `SELECT balance FROM account WHERE id IN (1, 2)${locking}`), 'SELECT 2');
        assert.equal(await answer(client, `UPDATE account SET balance = 0 WHERE id = ${id}`), 'UPDATE 1');
      }
      assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
      assert.equal(await answer(b, 'COMMIT'), locking ? OC000 : 'COMMIT');
      await a.query('BEGIN');
      await b.query('BEGIN');
    }
  });

  it('a statement outside a block wins at once and dooms the open transaction', async () => {
    await b.query('ROLLBACK');
    assert.equal(await answer(a, 'UPDATE account SET balance = 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = 2 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(a, 'COMMIT'), OC000);
    assert.equal(await balance(1), 2);
  });

  it('a read-only transaction never loses', async () => {
    assert.equal(await answer(a, 'SELECT * FROM account WHERE id = 1'), 'SELECT 1');
    assert.equal(await answer(b, 'UPDATE account SET balance = 2 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(b, 'COMMIT'), 'COMMIT');
    assert.equal(await balance(1), 100);
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
  });

  it('DDL does not wait for an idle reader, which hears OC001', async () => {
    await b.query('ROLLBACK');
    assert.equal(await answer(a, 'SELECT * FROM account WHERE id = 1'), 'SELECT 1');
    assert.equal(await answer(b, 'ALTER TABLE account ADD COLUMN note text'), 'ALTER');
    assert.equal(await answer(a, 'SELECT * FROM account WHERE id = 1'), OC001);
    assert.equal(await answer(a, 'COMMIT'), 'ROLLBACK');
    assert.equal(await answer(b, 'ALTER TABLE account DROP COLUMN note'), 'ALTER');
  });

  it('a client that vanishes frees its rows', async () => {
    const c = await cluster.connect();
    await c.query('BEGIN');
    await c.query('UPDATE account SET balance = 9 WHERE id = 1');
    const { connections } = cluster.gateway.stats();
    (c as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await until(() => cluster.gateway.stats().connections < connections, 'the gateway notices');
    assert.equal(await answer(a, 'UPDATE account SET balance = 1 WHERE id = 1'), 'UPDATE 1');
    assert.equal(await answer(a, 'COMMIT'), 'COMMIT');
  });
});
