import assert from 'node:assert/strict';
import type pg from 'pg';
import { Gate } from '../../support/gate';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';

const TAKEN = 'ERROR 23505 duplicate key value violates unique constraint "t_pkey"';

/** PostgreSQL lets a key be taken that is free by now; in the transaction's snapshot it is not. */
describe('keys that others free while a statement runs', () => {
  let cluster: TestGateway;
  let late: pg.Client;
  let other: pg.Client;
  let gate: Gate;
  before(async () => {
    cluster = await startTestGateway();
    other = await cluster.connect();
    gate = await Gate.make(cluster, other);
    for (const sql of [
      'CREATE TABLE t (id int PRIMARY KEY, v int, w int)',
      'CREATE TABLE child (id int PRIMARY KEY, up int REFERENCES t)',
      'CREATE TABLE keyed (id int PRIMARY KEY, code int UNIQUE)',
      'INSERT INTO keyed VALUES (1, 10), (2, 20)',
      'CREATE TABLE line (id int PRIMARY KEY)',
      'CREATE TABLE heir (id int PRIMARY KEY, line int UNIQUE DEFAULT 9 REFERENCES line ON DELETE SET DEFAULT)',
      'INSERT INTO line VALUES (9), (10)',
      'CREATE TABLE made (id int PRIMARY KEY, v int, k int GENERATED ALWAYS AS (v * 10) STORED UNIQUE)',
    ])
      await other.query(sql);
    late = await cluster.connect();
  });
  after(async () => {
    await gate?.close();
    await cluster?.close();
  });
  beforeEach(async () => {
    for (const sql of ['DELETE FROM child', 'DELETE FROM t', 'INSERT INTO t VALUES (1, 10), (2, 20), (9, 90)'])
      await other.query(sql);
  });
  afterEach(async () => {
    await late.query('ROLLBACK');
    assert.deepEqual(cluster.log, []);
  });

  /** `late` begins `sql`, which reads the gate, and has its snapshot; `others` happen; `late` goes on. @returns its answer */
  async function during(sql: string, others: readonly string[], protocol: 'simple' | 'extended'): Promise<string> {
    await gate.shut();
    const answer = answerOf(late, sql, protocol);
    await gate.waiting();
    for (const each of others) assert.doesNotMatch(await answerOf(other, each), /^ERROR/);
    await gate.open();
    return answer;
  }

  const CASES: readonly (readonly [what: string, sql: string, others: readonly string[], answer: string])[] = [
    ['a key that is deleted', 'INSERT INTO t SELECT 1, 11 FROM gate', ['DELETE FROM t WHERE id = 1'], TAKEN],
    ['a key that is changed', 'INSERT INTO t SELECT 1, 11 FROM gate', ['UPDATE t SET id = 5 WHERE id = 1'], TAKEN],
    ['a key taken by UPDATE', 'UPDATE t SET id = 1 FROM gate WHERE t.id = 2', ['DELETE FROM t WHERE id = 1'], TAKEN],
    [
      'in a block of several statements',
      'INSERT INTO t SELECT 1, 11 FROM gate',
      ['BEGIN', 'UPDATE t SET v = 0 WHERE id = 9', 'DELETE FROM t WHERE id = 1', 'COMMIT'],
      TAKEN,
    ],
    ['another key', 'INSERT INTO t SELECT 3, 11 FROM gate', ['DELETE FROM t WHERE id = 1'], 'INSERT 0 1'],
    [
      'a key that is deleted and made again',
      'INSERT INTO t SELECT 1, 11 FROM gate',
      ['DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (1, 12)'],
      TAKEN,
    ],
  ];
  for (const protocol of ['simple', 'extended'] as const)
    for (const [what, sql, others, answer] of CASES)
      for (const first of [false, true])
        it(`${what}${first ? ', first statement of its block' : ''} (${protocol})`, async () => {
          await late.query('BEGIN');
          if (!first) await late.query('SELECT count(*) FROM t');
          assert.equal((await during(sql, others, protocol)).replace('INSERT 1', 'INSERT 0 1'), answer);
          assert.equal(await answerOf(late, 'COMMIT'), answer === TAKEN ? 'ROLLBACK' : 'COMMIT');
        });

  it('what the transaction wrote before stays, and the statement is done once', async () => {
    await late.query('BEGIN; UPDATE t SET v = v + 1 WHERE id = 9');
    assert.match(
      await during('INSERT INTO t SELECT 3, 1 FROM gate', ['DELETE FROM t WHERE id = 1'], 'extended'),
      /^INSERT/,
    );
    assert.equal(
      await answerOf(late, 'SELECT id, v FROM t ORDER BY id'),
      'SELECT 4\n  1 | 10\n  2 | 20\n  3 | 1\n  9 | 91',
    );
    assert.equal(await answerOf(late, 'COMMIT'), 'COMMIT');
    assert.equal(await answerOf(other, 'SELECT id, v FROM t ORDER BY id'), 'SELECT 3\n  2 | 20\n  3 | 1\n  9 | 91');
  });

  it('of statements sent together the one that takes the key fails', async () => {
    await late.query('BEGIN; SELECT FROM t');
    const together = 'UPDATE t SET v = 0 WHERE id = 2; INSERT INTO t SELECT 1, 11 FROM gate; SELECT count(*) FROM t';
    assert.equal(await during(together, ['DELETE FROM t WHERE id = 1'], 'simple'), TAKEN);
    assert.equal(await answerOf(late, 'COMMIT'), 'ROLLBACK');
  });

  it('a parent whose last child goes is still referred to', async () => {
    await other.query('INSERT INTO child VALUES (1, 1)');
    await late.query('BEGIN; SELECT FROM t');
    const sql = 'DELETE FROM t USING gate WHERE t.id = 1';
    assert.match(await during(sql, ['DELETE FROM child WHERE id = 1'], 'extended'), /^ERROR 23503 /);
  });

  it('a key that is generated is freed and taken with what it is made from', async () => {
    await other.query('INSERT INTO made VALUES (1, 1), (2, 2)');
    const taken = TAKEN.replace('t_pkey', 'made_k_key');
    for (const sql of ['INSERT INTO made VALUES (3, 1)', 'UPDATE made SET v = 1 WHERE id = 2']) {
      await other.query('UPDATE made SET v = 1 WHERE id = 1');
      await late.query('BEGIN; SELECT FROM made');
      await other.query('UPDATE made SET v = 5 WHERE id = 1');
      assert.equal(await answerOf(late, sql), taken);
      await late.query('ROLLBACK');
    }
  });

  it('a key of an index that was built on the table: a column’s, an expression’s, one of some rows only', async () => {
    await other.query('CREATE TABLE built (id int PRIMARY KEY, k int, name text, live bool)');
    await other.query("INSERT INTO built VALUES (1, 10, 'Ann', true), (2, 20, 'Bob', false)");
    const indexes = { built_k: '(k)', built_name: '(lower(name))', built_live: '(live) WHERE live' };
    for (const [name, key] of Object.entries(indexes)) {
      const { rows } = await other.query<{ job_id: string }>(`CREATE UNIQUE INDEX ASYNC ${name} ON built ${key}`);
      await other.query(`CALL sys.wait_for_job('${rows[0]!.job_id}')`);
      const reader = await cluster.connect();
      await reader.query('BEGIN');
      await reader.query('SELECT FROM built');
      await other.query("UPDATE built SET k = 11, name = 'Eve', live = false WHERE id = 1");
      const row = { built_k: "3, 10, 'Cy', false", built_name: "3, 30, 'ANN', false", built_live: "3, 30, 'Cy', true" };
      const answer = await answerOf(reader, `INSERT INTO built VALUES (${row[name as keyof typeof row]})`);
      assert.equal(answer, TAKEN.replace('t_pkey', name));
      await reader.end();
      await other.query("UPDATE built SET k = 10, name = 'Ann', live = true WHERE id = 1");
    }
  });

  it('what follows a foreign key takes keys, too', async () => {
    await other.query('INSERT INTO heir VALUES (1, 9), (2, 10)');
    await late.query('BEGIN; SELECT FROM heir');
    await other.query('DELETE FROM heir WHERE id = 1');
    assert.equal(await answerOf(late, 'DELETE FROM line WHERE id = 10'), TAKEN.replace('t_pkey', 'heir_line_key'));
  });

  it('functions free keys and take them', async () => {
    await other.query('CREATE FUNCTION del(int) RETURNS void LANGUAGE SQL AS $$ DELETE FROM t WHERE id = $1 $$');
    await other.query('CREATE FUNCTION ins(int) RETURNS void LANGUAGE SQL AS $$ INSERT INTO t VALUES ($1, 0) $$');
    await late.query('BEGIN; SELECT FROM t');
    await other.query('SELECT del(1)');
    assert.equal(await answerOf(late, 'INSERT INTO t VALUES (1, 11)'), TAKEN);
    await late.query('ROLLBACK; BEGIN; SELECT FROM t');
    await other.query('DELETE FROM t WHERE id = 2');
    assert.equal(await answerOf(late, 'SELECT ins(2)'), OC000);
    await late.query('ROLLBACK');
    for (const name of ['del', 'ins']) await other.query(`DROP FUNCTION ${name}`);
  });

  it('ON CONFLICT DO NOTHING does nothing, whatever else is wrong with the row', async () => {
    await other.query('INSERT INTO child VALUES (1, 1), (2, 1)');
    await late.query('BEGIN; SELECT FROM child');
    await other.query('DELETE FROM child WHERE id = 1');
    assert.match(await answerOf(late, 'INSERT INTO child VALUES (1, 77) ON CONFLICT DO NOTHING'), /^INSERT 0/);
    assert.equal(await answerOf(late, 'SELECT id, up FROM child ORDER BY id'), 'SELECT 2\n  1 | 1\n  2 | 1');
  });

  it('ON CONFLICT DO NOTHING by one key does nothing, whoever has the other', async () => {
    await late.query('BEGIN; SELECT FROM keyed');
    await other.query('DELETE FROM keyed WHERE id = 1');
    assert.match(await answerOf(late, 'INSERT INTO keyed VALUES (2, 10) ON CONFLICT (code) DO NOTHING'), /^INSERT 0/);
    assert.equal(await answerOf(late, 'SELECT * FROM keyed ORDER BY id'), 'SELECT 2\n  1 | 10\n  2 | 20');
  });

  it('ON CONFLICT DO UPDATE of a row that is gone when its transaction runs again does not commit', async () => {
    await late.query('BEGIN; INSERT INTO t VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET v = t.v + excluded.v');
    await late.query('UPDATE t SET v = v + 1 WHERE id = 9');
    await other.query('BEGIN; UPDATE t SET v = 0 WHERE id = 9');
    await other.query('ROLLBACK');
    await other.query('DELETE FROM t WHERE id = 1');
    assert.equal(await answerOf(late, 'SELECT v FROM t WHERE id = 1'), 'SELECT 1\n  15');
    assert.equal(await answerOf(late, 'COMMIT'), OC000);
    assert.equal(await answerOf(other, 'SELECT id, v FROM t ORDER BY id'), 'SELECT 2\n  2 | 20\n  9 | 90');
  });
});
