import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';
import { startRelay, type Relay } from '../../support/relay';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

const MIB = 2 ** 20;
const MILLION = "SELECT g, 'row number ' || g AS label, md5(g::text) AS hash FROM generate_series(1, 1000000) AS g";

describe('rows of an SQL session', () => {
  let cluster: LocalCluster;
  let relay: Relay;
  let session: SqlSession;
  before(async () => {
    cluster = await startTestCluster();
    relay = await startRelay('127.0.0.1', cluster.info.port);
    session = createSqlSession(new TestSource(cluster.info, { port: relay.port }), testPorts());
  });
  after(async () => {
    await session?.close();
    await relay?.close();
    await cluster?.close();
  });

  it('come by the million to a slow sink, in order, one batch at a time, without piling up', async () => {
    let next = 1;
    let inside = 0;
    let peak = 0;
    let largest = 0;
    const before = process.memoryUsage().heapUsed;
    const outcome = await session.run(MILLION, {
      columns: () => undefined,
      rows: async rows => {
        assert.equal(++inside, 1, 'one call at a time');
        largest = Math.max(largest, rows.length);
        for (const [g] of rows) assert.equal(g, String(next++));
        await new Promise(resolve => setImmediate(resolve));
        peak = Math.max(peak, process.memoryUsage().heapUsed - before);
        inside--;
      },
    });
    assert.equal(next, 1_000_001);
    assert.equal(outcome.rowCount, 1_000_000);
    assert.equal(outcome.tag, 'SELECT 1000000');
    assert.ok(largest <= 4_000, `${largest} rows in a batch`);
    // all rows together would take over 200 MiB
    assert.ok(peak < 96 * MIB, `${Math.round(peak / MIB)} MiB more of heap`);
  });

  it('hold the server back while the sink does not take them', async () => {
    const open = new Deferred<void>();
    const taken = new Deferred<void>();
    const before = relay.received;
    let count = 0;
    const running = session.run(MILLION, {
      columns: () => undefined,
      rows: rows => {
        count += rows.length;
        taken.resolve();
        return open.promise;
      },
    });
    await taken.promise;
    let last = -1;
    let still = 0;
    await until(() => {
      still = relay.received === last ? still + 1 : 0;
      last = relay.received;
      return still > 10;
    }, 'the flow to stop');
    assert.ok(relay.received - before < 16 * MIB, `${relay.received - before} bytes were sent`);
    assert.ok(count <= 2_000);
    open.resolve();
    assert.equal((await running).rowCount, 1_000_000);
    assert.equal(count, 1_000_000);
  });

  it('come early, though the statement takes long', async () => {
    const cancel = new AbortController();
    const first = new Deferred<number>();
    const running = session.run(
      'SELECT generate_series(1, 200000000)',
      { columns: () => undefined, rows: rows => first.resolve(rows.length) },
      { signal: cancel.signal },
    );
    assert.ok((await first.promise) > 0);
    cancel.abort();
    await assert.rejects(running, { code: 'CANCELLED' });
  });

  it('stop at the limit, and the session works on, in a transaction too', async () => {
    for (const sql of ['SELECT 1', 'BEGIN', 'SELECT 2', 'COMMIT']) {
      const sink = new CollectingSink();
      const outcome = await session.run(MILLION, sink, { maxRows: 25 });
      assert.equal(sink.received.length, 25);
      assert.deepEqual([outcome.rowCount, outcome.limited, outcome.tag], [25, true, 'SELECT 25']);
      await session.run(sql, new CollectingSink());
    }
    const exact = await session.run('SELECT 1', new CollectingSink(), { maxRows: 2 });
    assert.equal(exact.limited, false);
  });

  it('tell the whole number of rows written though fewer are shown', async () => {
    await session.run('CREATE TABLE notes (id int PRIMARY KEY)', new CollectingSink());
    const sink = new CollectingSink();
    const insert = 'INSERT INTO notes SELECT generate_series(1, 100) RETURNING id';
    const { tag, rowCount, limited } = await session.run(insert, sink, { maxRows: 10 });
    assert.deepEqual([tag, rowCount, limited, sink.received.length], ['INSERT 0 100', 10, true, 10]);
  });

  it("stop when the sink fails, with the sink's own error, and the session works on", async () => {
    const broken = new Error('disk full');
    const sinks = [() => Promise.reject(broken), () => assert.fail(broken)];
    for (const rows of sinks)
      await assert.rejects(session.run(MILLION, { columns: () => undefined, rows }), error => error === broken);
    const sink = new CollectingSink();
    await session.run('SELECT 7', sink);
    assert.deepEqual(sink.received, [['7']]);
  });

  it('are never given to a sink after the run has settled', async () => {
    const cancel = new AbortController();
    let settled = false;
    const running = session.run(
      MILLION,
      {
        columns: () => undefined,
        rows: async () => {
          assert.equal(settled, false);
          cancel.abort();
          await new Promise(resolve => setImmediate(resolve));
        },
      },
      { signal: cancel.signal },
    );
    await assert.rejects(running, { code: 'CANCELLED' });
    settled = true;
    await session.run('SELECT 1', new CollectingSink());
  });
});
