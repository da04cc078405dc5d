import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { LocalCluster } from '../../../src/local/cluster';
import {
  CommitOutcomeUnknownError,
  isOccConflict,
  PROCESSED_REQUESTS_DDL,
  runOnce,
  withTransaction,
  type RetryOptions,
} from '../../../workshop/snippets/node/dsql-retry';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { startSeveringRelay, type SeveringRelay } from '../../support/severing-relay';

const QUICK: RetryOptions = { maxAttempts: 50, baseDelayMs: 1, maxDelayMs: 5 };

describe('the retry module for Node.js, as it is handed out', () => {
  let cluster: LocalCluster;
  let relay: SeveringRelay;
  let pool: pg.Pool;

  const setUp = async (share: number): Promise<void> => {
    cluster = await startTestCluster(share > 0 ? { occ: { injectConflicts: { share, seed: 11 } } } : {});
    relay = await startSeveringRelay(cluster.info.port);
    pool = new pg.Pool({ ...(await clientOptions(cluster.info)), host: 'localhost', port: relay.port, max: 8 });
    pool.on('error', () => undefined);
    const ddl = async (sql: string) => {
      await withTransaction(pool, client => client.query(sql), QUICK);
    };
    await ddl('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)');
    await ddl(PROCESSED_REQUESTS_DDL);
    await ddl('INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 4) id');
  };
  const tearDown = async (): Promise<void> => {
    await pool?.end();
    await relay?.close();
    await cluster?.close();
  };
  const balances = async (): Promise<number[]> => {
    const { rows } = await pool.query<{ balance: number }>('SELECT balance FROM accounts ORDER BY id');
    return rows.map(({ balance }) => balance);
  };
  const transfer = (payer: number, payee: number, amount: number) => async (client: pg.PoolClient) => {
    await client.query('UPDATE accounts SET balance = balance - $2 WHERE id = $1', [payer, amount]);
    const { rows } = await client.query<{ balance: number }>(
      'UPDATE accounts SET balance = balance + $2 WHERE id = $1 RETURNING balance',
      [payee, amount],
    );
    return rows[0]?.balance;
  };

  describe('on a cluster without trouble of its own', () => {
    before(() => setUp(0));
    after(tearDown);

    it('runs transactions that really conflict until each has taken effect once', async () => {
      let retries = 0;
      const options = { ...QUICK, onRetry: () => void retries++ };
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => withTransaction(pool, transfer(1 + (index % 2), 3, 1), options)),
      );
      assert.deepEqual(await balances(), [80, 80, 140, 100]);
      assert.ok(retries > 0, 'nothing ever conflicted');
    });

    it('does not say that a COMMIT failed whose answer was lost, nor that it succeeded', async () => {
      const before = await balances();
      const doomed = withTransaction(pool, async client => {
        await transfer(3, 4, 5)(client);
        relay.loseNextAnswer();
      });
      await assert.rejects(doomed, CommitOutcomeUnknownError);
      const [first, second, third = 0, fourth = 0] = before;
      assert.deepEqual(await balances(), [first, second, third - 5, fourth + 5]);
    });

    for (const loss of ['loseNextAnswer', 'loseNextRequest'] as const) {
      it(`takes effect exactly once with a key (${loss})`, async () => {
        const before = await balances();
        const key = randomUUID();
        let runs = 0;
        const result = await runOnce(
          pool,
          key,
          async client => {
            const balance = await transfer(1, 2, 7)(client);
            // the key is written next, then COMMIT follows: lose that
            const { query } = client;
            client.query = ((...args: Parameters<typeof query>) => {
              if ((args[0] as unknown) === 'COMMIT' && runs === 1) relay[loss]();
              return query.apply(client, args);
            }) as typeof query;
            runs++;
            return { balance };
          },
          QUICK,
        );
        const [first = 0, second = 0, third, fourth] = before;
        assert.deepEqual(await balances(), [first - 7, second + 7, third, fourth]);
        assert.deepEqual(result, { balance: second + 7 });
        assert.equal(runs, loss === 'loseNextAnswer' ? 1 : 2);
        // the same request again, from a caller who heard nothing
        assert.deepEqual(await runOnce(pool, key, transfer(1, 2, 7)), result);
        assert.deepEqual(await balances(), [first - 7, second + 7, third, fourth]);
      });
    }

    it('takes effect once for many calls with one key at the same time', async () => {
      const before = await balances();
      const key = randomUUID();
      const results = await Promise.all(
        Array.from({ length: 6 }, () => runOnce(pool, key, transfer(1, 4, 3), { ...QUICK, maxAttempts: 20 })),
      );
      const [first = 0, second, third, fourth = 0] = before;
      assert.deepEqual(await balances(), [first - 3, second, third, fourth + 3]);
      assert.equal(new Set(results).size, 1);
    });

    it('runs again on another connection when one is lost before COMMIT', async () => {
      const before = await balances();
      let runs = 0;
      await withTransaction(
        pool,
        async client => {
          if (runs++ === 0) relay.loseNextRequest();
          await transfer(2, 1, 1)(client);
        },
        QUICK,
      );
      assert.equal(runs, 2);
      const [first = 0, second = 0, third, fourth] = before;
      assert.deepEqual(await balances(), [first + 1, second - 1, third, fourth]);
    });

    it('passes every other error on at once, and uses no connection that failed again', async () => {
      let runs = 0;
      const failing = withTransaction(
        pool,
        async client => {
          runs++;
          await client.query('INSERT INTO accounts VALUES (1, 1)');
        },
        QUICK,
      );
      await assert.rejects(failing, { code: '23505' });
      assert.equal(runs, 1);
      const swallowed = withTransaction(pool, async client => {
        await client.query('SELECT nope').catch(() => undefined);
      });
      await assert.rejects(swallowed, /rolled back/);
    });

    it('does not hammer a cluster that refuses its credentials', async () => {
      const stranger = new pg.Pool({
        ...(await clientOptions(cluster.info)),
        host: 'localhost',
        port: relay.port,
        password: 'not a token',
      });
      const made = relay.connections;
      await assert.rejects(
        withTransaction(stranger, client => client.query('SELECT 1'), QUICK),
        /cannot connect/,
      );
      assert.equal(relay.connections, made + 1);
      await stranger.end();
    });
  });

  describe('on a cluster where half of the commits conflict', () => {
    before(() => setUp(0.5));
    after(tearDown);

    it('keeps the money together, and gives each retry a connection of its own', async () => {
      let retries = 0;
      const made = relay.connections;
      const options = { ...QUICK, onRetry: () => void retries++ };
      for (let index = 0; index < 20; index++) await withTransaction(pool, transfer(1, 2, 1), options);
      assert.deepEqual((await balances()).slice(0, 2), [80, 120]);
      assert.ok(retries >= 5);
      assert.equal(relay.connections - made, retries);
    });

    it('gives the last conflict when all attempts met one', async () => {
      const once = { maxAttempts: 1 };
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, () => withTransaction(pool, transfer(3, 4, 1), once)),
      );
      const errors = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      assert.ok(errors.length > 0);
      assert.ok(errors.every(isOccConflict));
    });
  });

  it('finds a conflict among the causes of an ORM’s error', () => {
    const driver = Object.assign(new Error('change conflicts with another transaction (OC000)'), { code: '40001' });
    assert.ok(isOccConflict(new Error('Failed query', { cause: new Error('wrapped', { cause: driver }) })));
    assert.ok(isOccConflict({ code: 'OC001' }));
    assert.ok(!isOccConflict(new Error('40001 in a text is no SQLSTATE')));
    assert.ok(!isOccConflict(undefined));
  });
});
