import assert from 'node:assert/strict';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

describe('an SQL session', function () {
  this.timeout(60_000);
  let cluster: LocalCluster;
  const sessions: SqlSession[] = [];
  const open = (source = new TestSource(cluster.info), ports = testPorts()): SqlSession => {
    const session = createSqlSession(source, ports);
    sessions.push(session);
    return session;
  };
  before(async () => {
    cluster = await startTestCluster();
    await open().run('CREATE TABLE accounts (id int PRIMARY KEY, balance numeric)', new CollectingSink());
  });
  after(() => cluster?.close());
  afterEach(() => Promise.all(sessions.splice(0).map(session => session.close())));

  it('gives columns with types, rows as text, and the whole command tag', async () => {
    const sink = new CollectingSink();
    const outcome = await open().run(
      "SELECT 1 AS n, NULL AS nothing, 'é'::text AS t, 1.50::numeric AS amount, ARRAY[1,2] AS list, now() AS at, gen_random_uuid() AS id",
      sink,
    );
    assert.deepEqual(sink.columnNames, ['n', 'nothing', 't', 'amount', 'list', 'at', 'id']);
    assert.deepEqual(sink.columnTypes, ['int4', 'text', 'text', 'numeric', 'int4[]', 'timestamptz', 'uuid']);
    assert.deepEqual(sink.received[0]?.slice(0, 5), ['1', null, 'é', '1.50', '{1,2}']);
    const { tag, rowCount, limited, retries } = outcome;
    assert.deepEqual({ tag, rowCount, limited, retries }, { tag: 'SELECT 1', rowCount: 1, limited: false, retries: 0 });
  });

  it('spans a transaction over several runs', async () => {
    const session = open();
    const sink = new CollectingSink();
    const states = [session.transaction];
    for (const sql of ['BEGIN', 'INSERT INTO accounts VALUES (1, 10), (2, $1)', 'SELECT nonsense', 'ROLLBACK', ' ']) {
      const params = sql.includes('$1') ? ['20'] : [];
      const outcome = await session.run(sql, sink, { params }).catch((error: Error) => error.message);
      states.push(session.transaction);
      if (sql.startsWith('INSERT')) assert.equal((outcome as { tag: string }).tag, 'INSERT 0 2');
    }
    assert.deepEqual(states, ['idle', 'open', 'open', 'failed', 'idle', 'idle']);
  });
});
