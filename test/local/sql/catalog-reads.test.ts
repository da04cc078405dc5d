import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { CatalogReads } from '../../../src/vscode/connections/catalog-reads';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';
import { startRelay, type Relay } from '../../support/relay';
import { TestSource, testPorts } from '../../support/sql-session';

describe('catalogue reads', () => {
  let cluster: LocalCluster;
  let relay: Relay;
  let reads: CatalogReads;
  let opened = 0;
  before(async () => {
    cluster = await startTestCluster();
    relay = await startRelay('127.0.0.1', cluster.info.port);
    reads = new CatalogReads(() => {
      opened++;
      if (opened === 1) return Promise.reject(new Error('not yet'));
      return Promise.resolve(createSqlSession(new TestSource(cluster.info, { port: relay.port }), testPorts()));
    });
  });
  after(async () => {
    await reads?.close();
    await relay?.close();
    await cluster?.close();
  });

  it('fail when no session can be opened, and try anew the next time', async () => {
    await assert.rejects(reads.query('SELECT 1'), /not yet/);
    assert.deepEqual((await reads.query('SELECT $1::text AS a', ['x'])).rows, [['x']]);
  });

  it('share a few connections, however many are asked at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        reads.query('SELECT $1::int + 1 AS n, NULL AS nothing', [String(index)]),
      ),
    );
    assert.deepEqual(
      results.map(({ rows }) => rows[0]),
      Array.from({ length: 30 }, (_, index) => [String(index + 1), null]),
    );
    assert.deepEqual(results[0]?.columns, ['n', 'nothing']);
    assert.equal(results[0]?.tag, 'SELECT 1');
    assert.ok(relay.open <= 3);
  });

  it('give their place back when they fail or are cancelled', async () => {
    for (let turn = 0; turn < 5; turn++) {
      await assert.rejects(reads.query('SELECT nonsense'), { code: 'DATABASE' });
      const cancel = new AbortController();
      const running = reads.query('SELECT count(*) FROM (SELECT generate_series(1, 500000000)) g', [], cancel.signal);
      cancel.abort();
      await assert.rejects(running, { code: 'CANCELLED' });
    }
    assert.equal((await reads.query('SELECT 1')).rows.length, 1);
  });

  it('leave no connection behind', async () => {
    await reads.close();
    await until(() => relay.open === 0, 'the end of every connection');
  });
});
