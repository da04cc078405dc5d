import assert from 'node:assert/strict';
import type pg from 'pg';
import { bind, execute, parse, query, SYNC } from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';
import { WireClient } from './wire-client';

const BACKENDS = 2;

describe('Clients that wait for a PostgreSQL connection', () => {
  let test: TestGateway;
  let holders: pg.Client[];
  before(async () => {
    test = await startTestGateway({ limits: { eagerBackends: BACKENDS, backends: BACKENDS } });
    const admin = await test.connect();
    await admin.query('CREATE TABLE note (id int PRIMARY KEY)');
    holders = await Promise.all(Array.from({ length: BACKENDS }, () => test.connect()));
  });
  after(() => test?.close());

  const waiting = (clients: number): Promise<void> =>
    until(() => test.gateway.stats().waiting === clients, `${clients} clients wait`);

  /** Takes all connections, and has a client wait for one: those that come next wait with their messages. Returns what lets go. */
  async function crowd(): Promise<() => Promise<void>> {
    for (const holder of holders) {
      await holder.query('BEGIN');
      await holder.query('SELECT 1');
    }
    const first = (await test.connect()).query('SELECT 0 AS n');
    await waiting(1);
    return async () => {
      for (const holder of holders) await holder.query('COMMIT');
      assert.equal((await first).rows[0].n, 0);
    };
  }

  const nothingLeft = (): Promise<void> =>
    until(() => {
      const { lent, waiting } = test.gateway.stats();
      return lent === 0 && waiting === 0;
    }, 'nothing is lent, nobody waits');

  it('are answered by either protocol, in a block or outside', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => test.connect()));
    const [simple, extended, block, several] = clients as [pg.Client, pg.Client, pg.Client, pg.Client];
    const letGo = await crowd();
    await block.query('BEGIN'); // needs no connection
    const answers = [
      simple.query('SELECT 1 AS n'),
      extended.query('SELECT $1::int AS n', [2]),
      block.query('INSERT INTO note VALUES (3) RETURNING id AS n'),
      several.query('SELECT 4 AS n; SELECT 5').then(results => (results as unknown as pg.QueryResult[])[0]!),
    ];
    await waiting(1 + answers.length);
    await letGo();
    assert.deepEqual(
      (await Promise.all(answers)).map(({ rows }) => rows[0].n),
      [1, 2, 3, 4],
    );
    await block.query('COMMIT');
    await nothingLeft();
  });

  it('are answered for a statement that was prepared before', async () => {
    const client = await test.connect();
    const statement = { name: 'double', text: 'SELECT 2 * $1::int AS n' };
    await client.query({ ...statement, values: [1] });
    const letGo = await crowd();
    const answer = client.query({ ...statement, values: [21] });
    await waiting(2);
    await letGo();
    assert.equal((await answer).rows[0].n, 42);
    await nothingLeft();
  });

  it('give the connection to others when their statement is refused', async () => {
    const refused = await test.connect();
    const letGo = await crowd();
    const answer = assert.rejects(refused.query('SELECT 1 FROM note FOR SHARE'), { code: '0A000' });
    const other = (await test.connect()).query('SELECT 1');
    await waiting(3);
    await letGo();
    await Promise.all([answer, other]);
    await nothingLeft();
  });

  it('are told at once that their block has failed', async () => {
    const failed = await test.connect();
    await failed.query('BEGIN');
    await assert.rejects(failed.query('SELECT 1 / 0'), { code: '22012' });
    const letGo = await crowd();
    await assert.rejects(failed.query('SELECT 1'), { code: '25P02' });
    await failed.query('ROLLBACK');
    await letGo();
    await nothingLeft();
  });

  it('hear it from their statement when PostgreSQL refuses their role', async () => {
    const nobody = await test.connect('nobody');
    const code = (): Promise<unknown> => nobody.query('SELECT 1').catch((error: { code: string }) => error.code);
    const alone = await code();
    assert.equal(typeof alone, 'string');
    const letGo = await crowd();
    const answer = code();
    await waiting(2);
    await letGo();
    assert.equal(await answer, alone);
    await nothingLeft();
    assert.deepEqual(test.log, []);
  });

  for (const [how, messages] of [
    ['a Query', [query('INSERT INTO note VALUES (7)')]],
    ['extended messages', [parse('', 'INSERT INTO note VALUES (8)'), bind('', ''), execute(), SYNC]],
  ] as const)
    it(`leave nothing when they vanish behind ${how}`, async () => {
      const client = await WireClient.session(test);
      const letGo = await crowd();
      client.send(...messages);
      await waiting(2);
      const { connections } = test.gateway.stats();
      client.close();
      await until(() => test.gateway.stats().connections < connections, 'the client is gone');
      await letGo();
      await nothingLeft();
      assert.equal((await holders[0]!.query('SELECT FROM note WHERE id IN (7, 8)')).rowCount, 0);
      assert.deepEqual(test.log, []);
    });
});
