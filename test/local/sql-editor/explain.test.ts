import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { SqlSession } from '../../../src/core/sql/contract';
import { explainRequest } from '../../../src/core/sql/explain-request';
import { rolledBack } from '../../../src/core/sql/rolled-back';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { CollectingSink, TestSource } from '../../support/sql-session';

describe('explaining on a cluster', () => {
  let cluster: LocalCluster;
  let dialect: Dialect;
  let session: SqlSession;
  const { signal } = new AbortController();

  before(async () => {
    [cluster, dialect] = await Promise.all([startTestCluster(), createDialect()]);
    session = createSqlSession(new TestSource(cluster.info));
    await session.run('CREATE TABLE plans (id int PRIMARY KEY, v int)', new CollectingSink());
    await session.run('INSERT INTO plans VALUES (1, 1), (2, 2)', new CollectingSink());
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });

  it('EXPLAIN ANALYZE of a write gives plan and DPU estimate, and changes nothing', async () => {
    const request = explainRequest(dialect.classify('DELETE FROM plans WHERE v > $1'), 'analyze');
    const sink = new CollectingSink();
    await rolledBack(session, signal, () => session.run(request.sql, sink, { signal, params: ['0'] }));
    const plan = sink.received.flat().join('\n');
    assert.match(plan, /Delete on public\.plans/);
    assert.match(plan, /Statement DPU Estimate:[\s\S]*Write: [\d.]+ DPU/);
    assert.equal(session.transaction, 'idle');
    const rows = new CollectingSink();
    await session.run('SELECT count(*) FROM plans', rows);
    assert.deepEqual(rows.received, [['2']]);
  });

  it('leaves no transaction behind when the statement fails', async () => {
    const request = explainRequest(dialect.classify('UPDATE plans SET nope = 1'), 'analyze');
    await assert.rejects(
      rolledBack(session, signal, () => session.run(request.sql, new CollectingSink(), { signal })),
      (error: { details: { sqlstate: string } }) => error.details.sqlstate === '42703',
    );
    assert.equal(session.transaction, 'idle');
  });

  it('a cancelled one leaves none either', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const doomed = rolledBack(session, controller.signal, () =>
      session.run('EXPLAIN ANALYZE VERBOSE SELECT pg_sleep(20)', new CollectingSink(), { signal: controller.signal }),
    );
    await assert.rejects(doomed, { code: 'CANCELLED' });
    assert.equal(session.transaction, 'idle');
    const sink = new CollectingSink();
    await session.run('SELECT 1', sink);
    assert.deepEqual(sink.received, [['1']]);
  });
});
