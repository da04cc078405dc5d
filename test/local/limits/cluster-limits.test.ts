import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';

describe('a cluster started with limits of its own', () => {
  let cluster: LocalCluster;
  before(async () => {
    // long enough for one statement of a transaction on a busy machine
    cluster = await startTestCluster({ limits: { transactionAgeMs: 4_000, rowsPerTransaction: 5 } });
  });
  after(() => cluster?.close());

  it('holds transactions to them, and no job waits for one', async () => {
    const [idle, builder] = [await connect(cluster.info), await connect(cluster.info)];
    await builder.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await assert.rejects(builder.query('INSERT INTO t SELECT g, g FROM generate_series(1, 6) g'), { code: '54000' });
    await builder.query('INSERT INTO t SELECT g, g FROM generate_series(1, 5) g');
    await idle.query('BEGIN');
    await idle.query('SELECT count(*) FROM t');
    const { rows } = await builder.query<{ job_id: string }>('CREATE INDEX ASYNC ON t (v)');
    const { rows: waited } = await builder.query('CALL sys.wait_for_job($1)', [rows[0]!.job_id]);
    assert.deepEqual(waited, [{ succeeded: true }]);
    const untilItsTimeIsUp = async (): Promise<void> => {
      for (;;) await idle.query('SELECT 1');
    };
    await assert.rejects(untilItsTimeIsUp(), { code: '54000', message: /^transaction age limit of 4s exceeded$/ });
    await idle.end();
    await builder.end();
  });
});
