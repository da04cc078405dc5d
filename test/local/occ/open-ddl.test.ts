import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf } from '../../support/isolation-session';

describe('DDL whose transaction is still open', () => {
  let cluster: TestGateway;
  let open: pg.Client;
  let other: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    open = await cluster.connect();
    other = await cluster.connect();
  });
  after(() => cluster?.close());

  // all that an expression can hold, and that is looked at whenever the catalogue changes
  for (const [table, what, columns] of [
    ['d', 'a default that calls a function', 'id uuid DEFAULT gen_random_uuid(), v int'],
    ['g', 'a computed column', 'id int, v int GENERATED ALWAYS AS (abs(id)) STORED'],
    ['k', 'a check', 'id int CHECK (abs(id) > 1), v int'],
  ] as const)
    it(`on a table with ${what} holds up nobody else's DDL`, async () => {
      await other.query(`CREATE TABLE ${table} (${columns})`);
      await open.query('BEGIN');
      await open.query(`ALTER TABLE ${table} RENAME v TO w`);
      assert.equal(await answerOf(other, 'CREATE TABLE u (id int)'), 'CREATE');
      assert.equal(await answerOf(other, 'INSERT INTO u VALUES (1)'), 'INSERT 1');
      assert.equal(await answerOf(other, 'DROP TABLE u'), 'DROP');
      assert.equal(await answerOf(open, 'COMMIT'), 'COMMIT');
    });
});
