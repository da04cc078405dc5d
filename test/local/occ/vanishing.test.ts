import assert from 'node:assert/strict';
import pg from 'pg';
import { superuserOptions } from '../../../src/local/postgres/connection';
import {
  CLIENT,
  bind,
  describePortal,
  execute,
  FLUSH,
  parse,
  query,
  SYNC,
} from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';
import { WireClient } from '../gateway/wire-client';

const UPDATE = 'UPDATE account SET balance = balance + 1 WHERE id = 1';

/** A client goes as far as this, and is gone the next moment. `other` is another client. */
type Moment = (client: WireClient, other: pg.Client) => Promise<unknown> | void;

const MOMENTS: Record<string, Moment> = {
  'in the middle of a message': client => client.send(query(UPDATE).subarray(0, 9)),
  'behind a Query': client => client.send(query(UPDATE)),
  'in a transaction': async client => {
    client.send(query(`BEGIN; ${UPDATE}`));
    await client.until('ready');
  },
  'behind COMMIT': async client => {
    client.send(query(`BEGIN; ${UPDATE}`));
    await client.until('ready');
    client.send(query('COMMIT'));
  },
  'behind ROLLBACK': async client => {
    client.send(query(`BEGIN; ${UPDATE}`));
    await client.until('ready');
    client.send(query('ROLLBACK'));
  },
  'behind Parse': client => client.send(parse('', UPDATE)),
  'behind Bind': client => client.send(parse('', UPDATE), bind('', '')),
  'behind Execute without Sync': client => client.send(parse('', UPDATE), bind('', ''), execute()),
  'behind Flush': async client => {
    client.send(parse('', UPDATE), bind('', ''), describePortal(''), execute(), FLUSH);
    await client.until('commandComplete');
  },
  'behind Sync': client => client.send(parse('', UPDATE), bind('', ''), execute(), SYNC),
  'in the middle of a portal': async client => {
    client.send(query('BEGIN'));
    await client.until('ready');
    client.send(parse('', 'SELECT g FROM generate_series(1, 1000) g'), bind('some', ''), execute('some', 10), SYNC);
    await client.until('ready');
  },
  'while a statement runs': client => client.send(query('SELECT pg_sleep(20)')),
  'while a statement runs in a transaction': async client => {
    client.send(query(`BEGIN; ${UPDATE}`));
    await client.until('ready');
    client.send(query('SELECT pg_sleep(20)'));
  },
  'with unread rows': client => client.send(query('SELECT repeat(g::text, 1000) FROM generate_series(1, 100000) g')),
  'in an aborted transaction': async client => {
    client.send(query(`BEGIN; ${UPDATE}; SELECT 1 / 0`));
    await client.until('ready');
  },
  'in the middle of a COPY': async client => {
    client.send(query('COPY account FROM STDIN'));
    await client.until('copyIn');
    client.send(Buffer.concat([Buffer.from([CLIENT.copyData, 0, 0, 0, 9]), Buffer.from('7\t0\n8')]));
  },
  'behind a COMMIT whose deferred check meets a lock': async (client, other) => {
    await other.query('BEGIN; SELECT balance FROM account WHERE id = 1 FOR UPDATE');
    client.send(query('BEGIN; INSERT INTO entry VALUES (1)'));
    await client.until('ready');
    client.send(query('COMMIT'));
  },
  'parked with DDL': async (client, other) => {
    client.send(query('BEGIN; ALTER TABLE account ADD COLUMN note text'));
    await client.until('ready');
    await other.query(UPDATE);
  },
  parked: async (client, other) => {
    client.send(query(`BEGIN; ${UPDATE}`));
    await client.until('ready');
    await other.query(`BEGIN; ${UPDATE}`);
    await other.query('ROLLBACK');
  },
  'in a transaction that cannot commit any more': async (client, other) => {
    client.send(query('BEGIN; SELECT 1 FROM account'));
    await client.until('ready');
    await other.query(UPDATE);
    client.send(query(`${UPDATE}; SELECT * FROM account`));
    await client.until('ready');
  },
};

describe('clients that vanish', () => {
  let cluster: TestGateway;
  let other: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    other = await cluster.connect();
    await other.query('CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)');
    await other.query('CREATE TABLE entry (account int REFERENCES account DEFERRABLE INITIALLY DEFERRED)');
    await other.query('INSERT INTO account VALUES (1, 0)');
  });
  after(() => cluster?.close());

  const nothingLeft = (): Promise<void> =>
    until(
      () => {
        const { connections, lent, waiting } = cluster.gateway.stats();
        return connections === 1 && lent === 0 && waiting === 0;
      },
      `nothing is left: ${JSON.stringify(cluster.gateway.stats())}`,
    );

  for (const [moment, go] of Object.entries(MOMENTS))
    for (const how of ['destroyed', 'after a while'] as const)
      it(`${moment}, ${how}: no backend and no conflict is left`, async () => {
        const client = await WireClient.session(cluster);
        await go(client, other);
        if (how === 'after a while') await new Promise(resolve => setImmediate(resolve));
        client.close();
        await other.query('BEGIN');
        await other.query('SELECT balance FROM account');
        await other.query('ROLLBACK');
        await nothingLeft();
        await other.query('BEGIN');
        assert.equal((await other.query(UPDATE)).rowCount, 1);
        await other.query('COMMIT');
        assert.deepEqual(cluster.log, []);
      });

  it('a backend killed under open transactions: each hears it once, and all goes on', async () => {
    const a = await cluster.connect();
    const b = await cluster.connect();
    await a.query(`BEGIN; ${UPDATE}`);
    await b.query(`BEGIN; SELECT 1`);
    const watcher = new pg.Client(superuserOptions(cluster.postgres.address));
    watcher.on('error', () => undefined);
    await watcher.connect();
    const { rows } = await watcher.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' ORDER BY pid LIMIT 1`,
    );
    process.kill(rows[0]!.pid, 'SIGKILL');
    for (const client of [a, b]) {
      let heard: unknown;
      await until(async () => {
        heard = await client.query('SELECT 1').catch((error: unknown) => error);
        return heard instanceof Error;
      }, 'the backend is gone');
      assert.equal((heard as Error & { code?: string }).code, 'XX000');
      await client.query('ROLLBACK');
    }
    await until(async () => (await a.query(UPDATE)).rowCount === 1, 'PostgreSQL is back');
    await watcher.end().catch(() => undefined);
    await a.end();
    await b.end();
    await nothingLeft();
    assert.deepEqual(cluster.log, []);
  });
});
