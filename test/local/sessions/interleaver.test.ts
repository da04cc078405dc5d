import assert from 'node:assert/strict';
import { Interleaver } from '../../../src/core/sessions/interleaver';
import { playOrder } from '../../../src/core/sessions/play';
import { readSessionScript } from '../../../src/core/sessions/read-script';
import type { SqlSession } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { targetSessions } from '../../../src/node/sessions/target-sessions';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';

const SCRIPT = `
setup { CREATE TABLE stage (id int PRIMARY KEY, v int); INSERT INTO stage VALUES (1, 10), (2, 20); }
teardown { DROP TABLE IF EXISTS stage }
watch { SELECT id, v FROM stage ORDER BY id }
session A
step a1 { BEGIN }
step a2 { UPDATE stage SET v = v + 1 WHERE id = 1 }
step a3 { SELECT id FROM stage ORDER BY id FOR UPDATE }
step a4 { COMMIT }
session B
step b1 { INSERT INTO stage VALUES (3, 30) }
step b2 { ALTER TABLE stage ADD COLUMN w int }
step b3 { SELECT 1 / 0 }
session C
setup { BEGIN; SELECT 1; }
step c1 { SELECT count(*) FROM stage }
step c2 { DELETE FROM nowhere }
step c3 { COMMIT }
step c4 { SELECT pg_sleep(30) }
`;

describe('the interleaver on a local cluster', () => {
  const never = new AbortController().signal;
  let cluster: LocalCluster;
  let opened: SqlSession[];
  let interleaver: Interleaver;
  const open = async (): Promise<SqlSession> => {
    const session = await targetSessions(localTarget(cluster.info))();
    opened.push(session);
    return session;
  };
  before(async () => (cluster = await startTestCluster()));
  after(() => cluster?.close());
  beforeEach(async () => {
    opened = [];
    interleaver = new Interleaver(readSessionScript(SCRIPT), { open });
    await interleaver.start(never);
  });
  afterEach(() => interleaver.close());

  const step = async (name: string) => (await interleaver.run([name], never))[0]!;

  it('tells snapshots, own writes, claims and what a commit publishes', async () => {
    assert.deepEqual(interleaver.initial?.rows, [
      ['1', '10'],
      ['2', '20'],
    ]);
    assert.equal((await step('a1')).snapshot, undefined);
    const autocommit = await step('b1');
    assert.deepEqual([autocommit.ended, autocommit.commit], ['autocommit', 1]);
    assert.deepEqual(autocommit.published, [{ kind: 'inserted', after: ['3', '30'] }]);
    const update = await step('a2');
    assert.deepEqual(update.snapshot, { commits: 1 });
    assert.deepEqual(update.wrote, [{ kind: 'updated', before: ['1', '10'], after: ['1', '11'] }]);
    assert.deepEqual(update.sees?.rows[0], ['1', '11']);
    assert.deepEqual(update.committed?.rows[0], ['1', '10']);
    const lock = await step('a3');
    assert.equal(lock.claims, 'FOR UPDATE');
    assert.deepEqual([lock.wrote, lock.snapshot], [[], undefined]);
    const commit = await step('a4');
    assert.deepEqual([commit.ended, commit.commit, commit.sees], ['committed', 2, undefined]);
    assert.deepEqual(commit.published, update.wrote);
    assert.equal(commit.transaction, 'idle');
  });

  it('keeps a failed transaction failed until it ends', async () => {
    assert.equal(interleaver.transaction('C'), 'open');
    assert.ok(interleaver.hasSnapshot('C'));
    assert.deepEqual((await step('c1')).answer.rows, [['2']]);
    const failed = await step('c2');
    assert.equal(failed.answer.error?.sqlstate, '42P01');
    assert.deepEqual([failed.transaction, failed.sees], ['failed', undefined]);
    assert.equal((await step('c1')).answer.error?.sqlstate, '25P02');
    const end = await step('c3');
    assert.deepEqual([end.answer.tag, end.ended, end.commit], ['ROLLBACK', 'rolled-back', undefined]);
    assert.equal((await step('b3')).answer.error?.sqlstate, '22012');
  });

  it('does not take a schema conflict that is meant for a line', async () => {
    await step('a1');
    assert.notEqual((await step('a2')).sees, undefined);
    await step('b2');
    const next = await step('a3');
    assert.match(next.answer.error?.message ?? '', /OC001/);
    assert.equal(next.sees, undefined);
  });

  it('gives up a line that is not answered in time, and goes on', async () => {
    await interleaver.close();
    // time enough for a new connection on a busy machine, which the line after needs
    interleaver = new Interleaver(readSessionScript(SCRIPT), { open, lineTimeoutMs: 5_000 });
    await interleaver.start(never);
    await step('c3');
    const late = await step('c4');
    assert.match(late.answer.error?.message ?? '', /^no answer within 5 s/);
    assert.equal((await step('c1')).answer.rows[0]?.[0], '2');
  });

  it('runs one group at a time', async () => {
    const first = interleaver.run(['a1', 'c1'], never);
    await assert.rejects(interleaver.run(['b1'], never), { code: 'SESSIONS_BUSY' });
    assert.equal((await first).length, 2);
  });

  it('leaves neither connections nor tables, after an abort too', async () => {
    const script = readSessionScript(SCRIPT.replaceAll('stage', 'other'));
    const abort = new AbortController();
    const [order] = script.orders;
    const play = playOrder(script, order!, { open, onLine: () => abort.abort() }, abort.signal);
    await assert.rejects(play, { code: 'CANCELLED' });
    await interleaver.close();
    for (const session of opened) await assert.rejects(session.run('SELECT 1', { columns: () => {}, rows: () => {} }));
    const client = await connect(cluster.info);
    const { rows } = await client.query("SELECT relname FROM pg_class WHERE relname IN ('stage', 'other')");
    assert.deepEqual(rows, []);
    await client.end();
  });
});
