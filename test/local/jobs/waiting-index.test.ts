import assert from 'node:assert/strict';
import type { JobRunner } from '../../../src/local/ports';
import { until } from '../../support/postgres';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { createIndex, Session, TestJobs } from '../../support/jobs';

/** An index that waits for another build on its table is in the catalogue, and its build takes its place there. */
describe('an index that waits for its turn', () => {
  let bench: TestJobs;
  let slow: JobRunner;
  before(async () => (bench = await TestJobs.start({ minimumMs: 20, lookEveryMs: 50 })));
  after(() => bench?.close());
  beforeEach(async () => {
    await bench.session.client.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, c int, w text);
      INSERT INTO t SELECT i, i, 'W' || i FROM generate_series(1, 100) i`);
    slow = await bench.startSlowRunner();
  });
  afterEach(() => slow.close());

  /** Jobs of an index `first`, whose build stands still, and of others that wait for it. */
  const submit = async (...waiting: ReturnType<typeof createIndex>[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const index of [createIndex('(c)', { name: 'first' }), ...waiting])
      ids.push(await bench.session.run(slow, index));
    return ids;
  };
  const second = (options: Parameters<typeof createIndex>[1] = {}) =>
    createIndex('(c)', { name: 'second', ...options });
  const numberOf = async (name: string) =>
    (await bench.session.rows(`SELECT to_regclass('${name}')::oid::int AS number`))[0]!.number;
  /** Ends what stands still, and does the jobs with another runner. */
  const proceed = async (): Promise<JobRunner> => {
    await slow.close();
    return bench.startRunner({ minimumMs: 10, lookEveryMs: 50 });
  };

  it('keeps its name until the one that is built has it', async () => {
    const ids = await submit(second());
    const waiting = await numberOf('second');
    const superuser = await connectSuperuser(bench.postgres.address);
    const watching = await Session.open(bench.postgres);
    // its build begins when the test lets it
    await superuser.query(`CREATE FUNCTION public.hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_lock(1); END $$;
      CREATE EVENT TRIGGER hold ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.hold()`);
    try {
      await superuser.query('SELECT pg_advisory_lock(1)');
      const next = await proceed();
      for (const id of ids) {
        const held = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
        await until(async () => (await superuser.query(held)).rowCount === 1, 'the build to begin');
        assert.equal(await numberOf('second'), waiting);
        assert.equal((await bench.job(ids[1]!)).object_name, 'public.second');
        const over = bench.outcome(id, next);
        let done = false;
        void over.finally(() => (done = true));
        await superuser.query('SELECT pg_advisory_unlock(1)');
        const [relocked] = [superuser.query('SELECT pg_advisory_lock(1)')];
        while (!done) {
          const [seen] = await watching.rows(
            `SELECT to_regclass('second') IS NOT NULL AS named, (SELECT count(*)::int FROM pg_index WHERE indrelid = 't'::regclass) AS indexes,
               (SELECT object_name FROM sys.jobs WHERE job_id = '${ids[1]}')`,
          );
          assert.deepEqual(seen, { named: true, indexes: 3, object_name: 'public.second' });
        }
        assert.equal(await over, true);
        await relocked;
      }
      assert.notEqual(await numberOf('second'), waiting);
      assert.equal((await bench.job(ids[1]!)).object_id, await numberOf('second'));
    } finally {
      await superuser.query('DROP FUNCTION public.hold CASCADE');
      await Promise.all([superuser.end(), watching.close()]);
    }
  });

  it('refuses two new rows with one key, if it is unique, as one that is being built does', async () => {
    const ids = await submit(second({ unique: true }));
    const insert = (id: number, c: number) => bench.session.client.query('INSERT INTO t VALUES ($1, $2)', [id, c]);
    await insert(1000, 4711);
    await assert.rejects(insert(1001, 4711), { code: '23505', constraint: 'second' });
    await assert.rejects(bench.session.client.query('UPDATE t SET c = 4711 WHERE id = 7'), { code: '23505' });
    // as with one that is being built, only an index that is valid is one to name
    await assert.rejects(bench.session.client.query('INSERT INTO t VALUES (1001, 4711) ON CONFLICT (c) DO NOTHING'), {
      code: '42P10',
    });
    await bench.session.client.query('INSERT INTO t VALUES (1001, 4711) ON CONFLICT DO NOTHING');
    await bench.session.client.query(`UPDATE t SET w = 'other' WHERE c = 4711`);
    const next = await proceed();
    for (const id of ids) assert.equal(await bench.outcome(id, next), true);
    await assert.rejects(insert(1001, 4711), { code: '23505', constraint: 'second' });
  });

  it('fails for duplicates of rows from before', async () => {
    const ids = await submit(second({ unique: true }));
    await bench.session.client.query('INSERT INTO t VALUES (1000, 7)');
    const next = await proceed();
    assert.equal(await bench.outcome(ids[1]!, next), false);
    assert.deepEqual((await bench.indexes())[1], { name: 'second', valid: false, ready: true });
  });

  it('keeps what was said of it', async () => {
    const ids = await submit(second());
    await bench.session.client.query(`COMMENT ON INDEX second IS 'for lists'`);
    const next = await proceed();
    assert.equal(await bench.outcome(ids[1]!, next), true);
    assert.deepEqual(await bench.session.rows(`SELECT obj_description('second'::regclass, 'pg_class') AS said`), [
      { said: 'for lists' },
    ]);
  });
});
