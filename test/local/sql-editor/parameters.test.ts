import assert from 'node:assert/strict';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { connect, startTestCluster } from '../../support/cluster';
import { CollectingSink, TestSource } from '../../support/sql-session';

describe('the types of a statement’s parameters', () => {
  let cluster: LocalCluster;
  let session: SqlSession;
  const describeParameters = (sql: string, signal?: AbortSignal) => session.describeParameters!(sql, signal);

  before(async () => {
    cluster = await startTestCluster();
    session = createSqlSession(new TestSource(cluster.info));
    await session.run(
      'CREATE TABLE typed (id uuid PRIMARY KEY, amount numeric(18, 2), name text, made timestamptz, n bigint)',
      new CollectingSink(),
    );
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });

  it('are what the server makes of the statement', async () => {
    const sql = 'UPDATE typed SET amount = $2, name = $3, made = $4 WHERE id = $1 AND n > $5';
    assert.deepEqual(await describeParameters(sql), ['uuid', 'numeric', 'text', 'timestamptz', 'int8']);
    assert.deepEqual(await describeParameters('SELECT $1::date, $2 || $1::text'), ['date', 'text']);
    assert.deepEqual(await describeParameters('SELECT 1'), []);
  });

  it('nothing is run to find out', async () => {
    await describeParameters('INSERT INTO typed (id) VALUES ($1)');
    const sink = new CollectingSink();
    await session.run('SELECT count(*) FROM typed', sink);
    assert.deepEqual(sink.received, [['0']]);
  });

  it('a statement in error rejects, and the session goes on', async () => {
    await assert.rejects(describeParameters('SELECT nope FROM typed WHERE id = $1'), { code: 'DATABASE' });
    await assert.rejects(describeParameters('SELECT 1', AbortSignal.abort()), { code: 'CANCELLED' });
    const sink = new CollectingSink();
    await session.run('SELECT $1::int + 1', sink, { params: ['41'] });
    assert.deepEqual(sink.received, [['42']]);
    assert.equal(session.transaction, 'idle');
  });

  it('a table changed elsewhere costs another look', async () => {
    assert.deepEqual(await describeParameters('DELETE FROM typed WHERE id = $1'), ['uuid']);
    const other = await connect(cluster.info);
    await other.query('ALTER TABLE typed ADD COLUMN later int');
    await other.end();
    assert.deepEqual(await describeParameters('UPDATE typed SET later = $1 WHERE id = $2'), ['int4', 'uuid']);
  });

  it('an EXPLAIN takes parameters like its statement', async () => {
    const sql = 'EXPLAIN VERBOSE SELECT * FROM typed WHERE id = $1';
    const sink = new CollectingSink();
    await session.run(sql, sink, { params: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'] });
    assert.match(sink.received.join('\n'), /a0eebc99|\$1/);
  });
});
