import assert from 'node:assert/strict';
import type { CodedError } from '../../../src/base/errors';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';
import { CollectingSink, TestSource, testPorts } from '../../support/sql-session';

describe('an SQL session', () => {
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

  it('takes one statement at a time, in the order of the calls', async () => {
    const session = open();
    const order: string[] = [];
    const runs = ['SELECT count(*) FROM generate_series(1, 300000)', 'SELECT 1', 'SELECT nonsense', 'SELECT 2'].map(
      sql =>
        session.run(sql, new CollectingSink()).then(
          () => order.push(sql),
          () => order.push('failed'),
        ),
    );
    await Promise.all(runs);
    assert.deepEqual(order.slice(1), ['SELECT 1', 'failed', 'SELECT 2']);
  });

  it('gives notices, and parameters as text', async () => {
    const sink = new CollectingSink();
    const session = open();
    await session.run('COMMIT', sink);
    assert.deepEqual(
      sink.notices.map(({ severity, sqlstate, message }) => [severity, sqlstate, message]),
      [['WARNING', '25P01', 'there is no transaction in progress']],
    );
    await session.run('SELECT $1::int + 1, $2::text, $3::uuid', sink, { params: ['41', "O'Hara", null] });
    assert.deepEqual(sink.received, [['42', "O'Hara", null]]);
  });

  it('is read-only by the switch, also when it is turned while the session is open', async () => {
    const source = new TestSource(cluster.info);
    source.modeNow = { readOnly: true };
    const session = open(source);
    const insert = 'INSERT INTO accounts VALUES (100, 1)';
    const refused = (sql: string, code: string) =>
      assert.rejects(session.run(sql, new CollectingSink()), (error: CodedError) => {
        assert.equal(error.details?.sqlstate ?? error.code, code);
        return true;
      });
    await refused(insert, '25006');
    for (const sql of [
      'BEGIN READ WRITE',
      'start /* */ transaction isolation level repeatable read, read write',
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
    ])
      await refused(sql, 'READ_ONLY_SESSION');
    source.modeNow = { readOnly: false };
    await session.run(insert, new CollectingSink());
    await session.run('BEGIN', new CollectingSink());
    source.modeNow = { readOnly: true };
    await refused('DELETE FROM accounts', 'READ_ONLY_SESSION');
    await session.run('SELECT * FROM accounts', new CollectingSink());
    await session.run('COMMIT', new CollectingSink());
    await refused('DELETE FROM accounts', '25006');
    assert.equal(source.located.length, 1);
  });

  it('looks in the schema of the profile first', async () => {
    const source = new TestSource(cluster.info);
    source.modeNow = { readOnly: false, schema: 'Odd "name"' };
    const session = open(source);
    const path = async (): Promise<string | null | undefined> => {
      const sink = new CollectingSink();
      await session.run('SHOW search_path', sink);
      return sink.received[0]?.[0];
    };
    assert.equal(await path(), '"Odd ""name""", "$user", public');
    source.modeNow = { readOnly: false };
    assert.equal(await path(), '"$user", public');
  });

  it('moves when the profile was edited, and says so when it was removed', async () => {
    const source = new TestSource(cluster.info);
    const session = open(source);
    await session.run('SELECT 1', new CollectingSink());
    source.identityNow = 'two';
    await session.run('SELECT 1', new CollectingSink());
    assert.equal(source.located.length, 2);
    source.identityNow = undefined;
    await assert.rejects(session.run('SELECT 1', new CollectingSink()), { code: 'PROFILE_UNKNOWN' });
  });

  it('tells SQLSTATE and position of what the server refuses', async () => {
    await assert.rejects(open().run("SELECT 'é', nothing", new CollectingSink()), (error: CodedError) => {
      assert.equal(error.code, 'DATABASE');
      assert.equal(error.details?.sqlstate, '42703');
      assert.equal(error.details?.position, 13);
      return true;
    });
  });

  it('outlives the connection that the service closes for its age', async () => {
    const short = await startTestCluster({ limits: { connectionAgeMs: 3_000 } });
    try {
      const source = new TestSource(short.info);
      const session = open(source);
      await session.run('SELECT 1', new CollectingSink());
      await session.run('BEGIN', new CollectingSink());
      await until(() => session.transaction === 'idle', 'the service to close the connection');
      await assert.rejects(session.run('SELECT 1', new CollectingSink()), { code: 'CONNECTION_LOST' });
      await session.run('SELECT 1', new CollectingSink());
      assert.equal(source.located.length, 2);
      await session.close();
    } finally {
      await short.close();
    }
  });
});
