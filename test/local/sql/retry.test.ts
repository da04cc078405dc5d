import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/base/errors';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

const POLICY = { maxAttempts: 12, baseDelayMs: 10, maxDelayMs: 100 };

describe('an SQL session under conflicts', () => {
  let cluster: LocalCluster;
  let session: SqlSession;
  let ports: ReturnType<typeof testPorts>;
  before(async () => {
    cluster = await startTestCluster({ occ: { injectConflicts: { share: 0.4, seed: 7 } } });
    ports = testPorts();
    session = createSqlSession(new TestSource(cluster.info), ports);
    await session.run('CREATE TABLE ledger (id int PRIMARY KEY)', new CollectingSink(), { retry: POLICY });
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });
  const count = async (): Promise<number> => {
    const sink = new CollectingSink();
    await session.run('SELECT count(*) FROM ledger', sink, { retry: POLICY });
    return Number(sink.received[0]?.[0]);
  };

  it('runs an autocommit statement again by the policy, from an empty result, and each takes effect once', async () => {
    let retries = 0;
    for (let id = 1; id <= 30; id++) {
      const sink = new CollectingSink();
      const insert = 'INSERT INTO ledger VALUES ($1) RETURNING id';
      const outcome = await session.run(insert, sink, { params: [String(id)], retry: POLICY });
      assert.deepEqual(sink.received, [[String(id)]]);
      assert.equal(sink.starts, outcome.retries + 1);
      assert.deepEqual(
        sink.retries,
        Array.from({ length: outcome.retries }, (_, index) => index + 1),
      );
      retries += outcome.retries;
    }
    assert.ok(retries > 5, `${retries} retries`);
    assert.ok(ports.slept.every(delayMs => delayMs >= 0 && delayMs <= POLICY.maxDelayMs));
    assert.ok(new Set(ports.slept).size > 5, 'waits are random');
    assert.equal(await count(), 30);
  });

  it('runs nothing again without a policy, nor inside a transaction', async () => {
    const met = async (run: () => Promise<unknown>): Promise<CodedError> => {
      for (;;) {
        try {
          await run();
        } catch (error) {
          return error as CodedError;
        }
      }
    };
    const alone = await met(() => session.run('DELETE FROM ledger WHERE id = 1', new CollectingSink()));
    assert.equal(alone.details?.sqlstate, '40001');
    const before = ports.slept.length;
    const inside = await met(async () => {
      await session.run('BEGIN', new CollectingSink(), { retry: POLICY });
      await session.run('DELETE FROM ledger WHERE id = 1', new CollectingSink(), { retry: POLICY });
      await session.run('COMMIT', new CollectingSink(), { retry: POLICY });
    });
    assert.equal(inside.details?.sqlstate, '40001');
    assert.equal(session.transaction, 'idle');
    assert.equal(ports.slept.length, before);
  });

  it('runs nothing else again', async () => {
    const twice = session.run('INSERT INTO ledger VALUES (30)', new CollectingSink(), { retry: POLICY });
    await assert.rejects(twice, (error: CodedError) => error.details?.sqlstate === '23505');
    const wrong = session.run('SELECT * FROM ledgre', new CollectingSink(), { retry: POLICY });
    await assert.rejects(wrong, (error: CodedError) => {
      assert.deepEqual([error.code, error.details?.sqlstate, error.details?.position], ['DATABASE', '42P01', 15]);
      return true;
    });
  });
});

describe('an SQL session where every commit conflicts', () => {
  it("gives up by the policy with the service's own error", async () => {
    const cluster = await startTestCluster({ occ: { injectConflicts: { share: 1 } } });
    const session = createSqlSession(new TestSource(cluster.info), testPorts());
    try {
      await session.run('CREATE TABLE t (id int PRIMARY KEY)', new CollectingSink());
      const insert = session.run('INSERT INTO t VALUES (1)', new CollectingSink(), {
        retry: { ...POLICY, maxAttempts: 3 },
      });
      await assert.rejects(insert, (error: CodedError) => {
        assert.deepEqual([error.code, error.details?.sqlstate, error.details?.attempts], ['DATABASE', '40001', 3]);
        return true;
      });
    } finally {
      await session.close();
      await cluster.close();
    }
  });
});
