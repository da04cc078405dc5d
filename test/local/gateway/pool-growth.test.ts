import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Limits } from '../../../src/local/gateway/limits';
import { Gate } from '../../support/gate';
import { startTestGateway, type TestGateway } from '../../support/gateway';

const EAGER = 2;
const LIMIT = 5;
/** On a machine without time a client that is at work may not be heard of for long. */
const NEVER_THINKING_MS = 60_000;

describe('How many PostgreSQL connections the gateway holds', () => {
  let test: TestGateway;
  const start = async (more: Partial<Limits> = {}): Promise<void> => {
    test = await startTestGateway({ limits: { eagerBackends: EAGER, backends: LIMIT, ...more } });
  };
  afterEach(() => test?.close());

  it('stays at the eager ones while those are at work, however many clients wait', async () => {
    await start({ thinkingMs: NEVER_THINKING_MS });
    const clients = await Promise.all(Array.from({ length: 12 }, () => test.connect()));
    await Promise.all(
      clients.map(async client => {
        for (let transaction = 0; transaction < 50; transaction++) {
          await client.query('BEGIN');
          await client.query('SELECT 1');
          await client.query('COMMIT');
        }
      }),
    );
    assert.equal(test.gateway.stats().backends, EAGER);
  });

  it('grows beside clients that hold their transactions open, up to the limit', async () => {
    await start();
    const holders = await Promise.all(Array.from({ length: LIMIT - 1 }, () => test.connect()));
    for (const holder of holders) {
      await holder.query('BEGIN');
      await holder.query('SELECT 1');
    }
    const other = await test.connect();
    assert.equal((await other.query('SELECT 2 AS two')).rows[0].two, 2);
    assert.equal(test.gateway.stats().backends, LIMIT);
    for (const holder of holders) await holder.query('ROLLBACK');
  });

  it('grows beside statements that take long', async () => {
    await start();
    const [one, two, other] = await Promise.all([test.connect(), test.connect(), test.connect()]);
    const gate = await Gate.make(test, one);
    try {
      await gate.shut();
      const slow = Promise.all([one, two].map(client => client.query('SELECT FROM gate')));
      assert.equal((await other.query('SELECT 3 AS three')).rows[0].three, 3);
      await gate.open();
      await slow;
    } finally {
      await gate.close();
    }
  });

  /** Clients that have lost to each other time and again. */
  async function rivals(more: Partial<Limits>): Promise<pg.Client[]> {
    await start({ eagerBackends: LIMIT, leastWorking: 2, ...more });
    const clients = await Promise.all(Array.from({ length: LIMIT }, () => test.connect()));
    const [one, other] = clients as [pg.Client, pg.Client];
    await one.query('CREATE TABLE hot (id int PRIMARY KEY, n int NOT NULL)');
    await one.query('INSERT INTO hot VALUES (1, 0)');
    for (let round = 0; round < 15; round++) {
      for (const client of [one, other]) {
        await client.query('BEGIN');
        await client.query('UPDATE hot SET n = n + 1');
      }
      await one.query('COMMIT');
      await assert.rejects(other.query('COMMIT'), { code: '40001' });
    }
    return clients;
  }

  it('has fewer of them work at a time where transactions lose to each other', async () => {
    const clients = await rivals({ thinkingMs: NEVER_THINKING_MS, pauseMs: NEVER_THINKING_MS });
    let most = 0;
    for (let round = 0; round < 5; round++)
      await Promise.all(
        clients.map(async client => {
          await client.query('BEGIN');
          await client.query('SELECT 1');
          most = Math.max(most, test.gateway.stats().lent);
          await client.query('COMMIT');
        }),
      );
    assert.ok(most <= 3, `${most} of ${LIMIT} at a time`);
  });

  it('lets nobody wait for rivals that pause', async () => {
    const clients = await rivals({});
    for (const client of clients) {
      await client.query('BEGIN');
      await client.query('SELECT 1');
    }
    assert.equal(test.gateway.stats().lent, LIMIT);
    for (const client of clients) await client.query('COMMIT');
  });

  it('lets idle ones of another role give way, and fails nobody who waits meanwhile', async () => {
    await start();
    const admin = await test.connect();
    await admin.query('CREATE ROLE clerk LOGIN');
    const clients = await Promise.all(
      Array.from({ length: 12 }, (_, i) => test.connect(i % 2 === 0 ? 'admin' : 'clerk')),
    );
    for (let round = 0; round < 10; round++)
      for (const role of [0, 1])
        await Promise.all(clients.filter((_, i) => i % 2 === role).map(client => client.query('SELECT 1')));
    assert.deepEqual(test.log, []);
    assert.ok(test.gateway.stats().backends <= LIMIT);
  });
});
