import assert from 'node:assert/strict';
import pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

describe('the count of undone transactions', () => {
  let cluster: TestGateway;
  const open: pg.Client[] = [];
  before(async () => {
    cluster = await startTestGateway();
  });
  after(async () => {
    await Promise.all(open.map(client => client.end().catch(() => undefined)));
    await cluster?.close();
  });

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client(cluster.config());
    await client.connect();
    open.push(client);
    return client;
  }
  const undone = async (client: pg.Client): Promise<number> =>
    Number((await client.query('SHOW dsql_local.undone_transactions')).rows[0]['dsql_local.undone_transactions']);

  it('counts what failed, was rolled back or refused at COMMIT, once each, and nothing else', async () => {
    const [watcher, client, other] = [await connect(), await connect(), await connect()];
    await client.query('CREATE TABLE undone (id int PRIMARY KEY, n int NOT NULL)');
    await client.query('INSERT INTO undone VALUES (1, 0)');
    let before = await undone(watcher);
    const counted = async (what: string): Promise<number> => {
      const now = await undone(watcher);
      assert.ok(now >= before, what);
      const difference = now - before;
      before = now;
      return difference;
    };

    await client.query('BEGIN');
    await client.query('ROLLBACK');
    assert.equal(await counted('empty'), 0);
    await client.query('SELECT 1');
    await client.query('BEGIN');
    await client.query('UPDATE undone SET n = 1');
    await client.query('COMMIT');
    assert.equal(await counted('committed'), 0);
    await client.query('BEGIN');
    await client.query('UPDATE undone SET n = 2');
    await client.query('ROLLBACK');
    assert.equal(await counted('rolled back'), 1);
    await client.query('BEGIN');
    await assert.rejects(client.query('INSERT INTO undone VALUES (1, 0)'), { code: '23505' });
    await client.query('ROLLBACK');
    assert.equal(await counted('failed'), 1);
    await assert.rejects(client.query('INSERT INTO undone VALUES (1, 0)'), { code: '23505' });
    assert.equal(await counted('failed outside a block'), 1);
    await client.query('BEGIN');
    await client.query('UPDATE undone SET n = 3');
    await other.query('UPDATE undone SET n = 4');
    await assert.rejects(client.query('COMMIT'), { code: '40001' });
    assert.equal(await counted('lost'), 1);
  });
});
