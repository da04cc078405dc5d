import assert from 'node:assert/strict';
import pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

describe('limits that a connection asks to be held to', () => {
  let cluster: TestGateway;
  const open: pg.Client[] = [];
  before(async () => {
    cluster = await startTestGateway();
  });
  after(async () => {
    await Promise.all(open.map(client => client.end().catch(() => undefined)));
    await cluster?.close();
  });

  async function connect(options?: string): Promise<pg.Client> {
    const client = new pg.Client({ ...cluster.config(), options });
    client.on('error', () => undefined);
    await client.connect();
    open.push(client);
    return client;
  }

  it("refuses a transaction that is older than that its next statement, in the service's words", async () => {
    const client = await connect('-c dsql_local.transaction_age_ms=200');
    await client.query('BEGIN');
    const untilRefused = async (): Promise<void> => {
      for (;;) await client.query('SELECT 1');
    };
    await assert.rejects(untilRefused(), { code: '54000', message: /^transaction age limit of/ });
    await assert.rejects(client.query('SELECT 1'), { code: '25P02' });
    await client.query('ROLLBACK');
    assert.equal((await client.query('SELECT 1 AS one')).rows[0].one, 1);
  });

  it('closes a connection when it is that old, and no other', async () => {
    const other = await connect();
    const client = await connect('-c dsql_local.connection_age_ms=100');
    await new Promise<void>(resolve => client.once('end', () => resolve()));
    assert.equal((await other.query('SELECT 1 AS one')).rows[0].one, 1);
  });

  it('takes connections of that burst, then refuses for their rate', async () => {
    const options = '-c dsql_local.connection_burst=3 -c dsql_local.connections_per_second=1';
    let nowMs = 0;
    const clock = { now: () => Date.now(), monotonic: () => nowMs };
    const other = await startTestGateway({ postgres: cluster.postgres, clock });
    try {
      const tried = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => other.connect('admin', { options })));
      const refused = tried.flatMap(each =>
        each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
      );
      assert.deepEqual(refused, ['53400', '53400', '53400']);
      await other.connect();
      nowMs += 1_000;
      await other.connect('admin', { options });
      await assert.rejects(other.connect('admin', { options }), { code: '53400' });
    } finally {
      await other.close();
    }
  });

  it('takes one figure of a burst or a rate alone', async () => {
    const clock = { now: () => Date.now(), monotonic: () => 0 };
    const other = await startTestGateway({ postgres: cluster.postgres, clock, limits: { connectionBurst: 2 } });
    try {
      const burst = { options: '-c dsql_local.connection_burst=1' };
      await other.connect('admin', burst);
      await assert.rejects(other.connect('admin', burst), { code: '53400' });
    } finally {
      await other.close();
    }
  });

  it('refuses figures that are none', async () => {
    for (const value of ['0', '-1', 'soon', ''])
      await assert.rejects(connect(`-c dsql_local.transaction_age_ms=${value}`), { code: '0A000' });
    await assert.rejects(connect('-c dsql_local.rows=1'), { code: '0A000' });
  });
});
