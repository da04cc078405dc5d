import assert from 'node:assert/strict';
import type pg from 'pg';
import { Gate } from '../../support/gate';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC000 } from '../../support/isolation-session';

/** Holds a statement up past its snapshot. */
const WHILE_IT_RUNS = 'EXISTS (SELECT FROM gate)';

describe('a statement outside a block against locks committed after its snapshot', () => {
  let cluster: TestGateway;
  let a: pg.Client;
  let b: pg.Client;
  let gate: Gate;

  before(async () => {
    cluster = await startTestGateway();
    a = await cluster.connect();
    b = await cluster.connect();
    gate = await Gate.make(cluster, a);
    await a.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)');
    await a.query('CREATE TABLE child (id int PRIMARY KEY, account_id int REFERENCES account)');
  });
  after(async () => {
    await gate?.close();
    await cluster?.close();
  });
  beforeEach(async () => {
    await a.query('DELETE FROM child');
    await a.query('DELETE FROM account');
    await a.query('INSERT INTO account VALUES (1, 100), (2, 100), (3, 100)');
  });

  /** `slow` begins, `others` happen, `slow` ends. @returns its answer */
  async function during(slow: string, others: string[]): Promise<string> {
    await gate.shut();
    const answer = answerOf(b, slow, 'extended');
    await gate.waiting();
    for (const sql of others) {
      const other = await answerOf(a, sql);
      assert.ok(!other.startsWith('ERROR'), `${sql}: ${other}`);
    }
    await gate.open();
    return answer;
  }

  const lock = (clause: string): string[] => [
    'BEGIN',
    `SELECT balance FROM account WHERE id = 1 ${clause}`,
    'UPDATE account SET balance = 0 WHERE id = 2',
    'COMMIT',
  ];
  const cases: [string, string, string[], string][] = [
    [
      'an UPDATE of a row that was locked',
      `UPDATE account SET balance = 5 WHERE id = 1 AND ${WHILE_IT_RUNS}`,
      lock('FOR UPDATE'),
      OC000,
    ],
    [
      'RETURNING too',
      `UPDATE account SET balance = 5 WHERE id = 1 AND ${WHILE_IT_RUNS} RETURNING id`,
      lock('FOR UPDATE'),
      OC000,
    ],
    [
      'an UPDATE of another row',
      `UPDATE account SET balance = 5 WHERE id = 3 AND ${WHILE_IT_RUNS}`,
      lock('FOR UPDATE'),
      'UPDATE 1',
    ],
    ['FOR UPDATE', `SELECT id FROM account WHERE id = 1 AND ${WHILE_IT_RUNS} FOR UPDATE`, lock('FOR UPDATE'), OC000],
    ['a plain SELECT', `SELECT id FROM account WHERE id = 1 AND ${WHILE_IT_RUNS}`, lock('FOR UPDATE'), 'SELECT 1\n  1'],
    [
      'an UPDATE against FOR KEY SHARE',
      `UPDATE account SET balance = 5 WHERE id = 1 AND ${WHILE_IT_RUNS}`,
      lock('FOR KEY SHARE'),
      'UPDATE 1',
    ],
    [
      'a DELETE against FOR KEY SHARE',
      `DELETE FROM account WHERE id = 1 AND ${WHILE_IT_RUNS}`,
      lock('FOR KEY SHARE'),
      OC000,
    ],
    [
      'FOR UPDATE against the lock of a foreign key',
      `SELECT id FROM account WHERE id = 1 AND ${WHILE_IT_RUNS} FOR UPDATE`,
      ['INSERT INTO child VALUES (1, 1)'],
      OC000,
    ],
    [
      'an UPDATE against the lock of a foreign key',
      `UPDATE account SET balance = 5 WHERE id = 1 AND ${WHILE_IT_RUNS}`,
      ['INSERT INTO child VALUES (1, 1)'],
      'UPDATE 1',
    ],
    [
      'a DELETE against a new child',
      `DELETE FROM account WHERE id = 1 AND ${WHILE_IT_RUNS}`,
      ['INSERT INTO child VALUES (1, 1)'],
      'ERROR 23503 update or delete on table "account" violates foreign key constraint "child_account_id_fkey" on table "child"',
    ],
  ];
  for (const [what, slow, others, expected] of cases)
    it(what, async () => {
      assert.equal(await during(slow, others), expected);
      assert.equal(await answerOf(b, 'SELECT 1'), 'SELECT 1\n  1');
      const { rows } = await a.query<{ balance: number }>('SELECT balance FROM account WHERE id = 1');
      if (expected === OC000) assert.deepEqual(rows, [{ balance: 100 }]);
      assert.deepEqual(cluster.log, []);
    });
});
