import assert from 'node:assert/strict';
import { JobRefused, type JobRunner, type PostgresServer } from '../../../src/local/ports';
import { startJobRunner } from '../../../src/local/jobs/runner';
import { until } from '../../support/postgres';
import { INTERNAL } from '../../../src/local/engine-schema';
import { createIndex, Session, TestJobs } from '../../support/jobs';

const never = new AbortController().signal;

describe('asynchronous index jobs', () => {
  let bench: TestJobs;
  let postgres: PostgresServer;
  let jobs: JobRunner;
  let session: Session;

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 300, lookEveryMs: 50 });
    ({ postgres, runner: jobs } = bench);
  });
  after(() => bench?.close());
  beforeEach(async () => {
    session = await bench.reconnect();
    await session.client.query('DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, c int, j jsonb)');
    await session.client.query('INSERT INTO t SELECT i, i / 2 FROM generate_series(1, 100) i');
  });

  const state = async (index: string) =>
    (await session.rows(`SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('${index}')`))[0];
  const job = async (id: string) =>
    (await session.rows(`SELECT * FROM sys.jobs WHERE job_id = '${id}'`))[0] as Record<string, unknown>;
  /** The job of an index `i` whose runner is gone before it has begun. */
  const leftUnbuilt = async (columns: string): Promise<string> => {
    const runner = await startJobRunner({ postgres, minimumMs: 60_000 });
    const id = await session.run(runner, createIndex(columns, { name: 'i' }));
    await runner.close();
    return id;
  };
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('was accepted'),
      e => e as unknown,
    );
    assert.ok(error instanceof JobRefused, String(error));
    return `${error.error.sqlstate} ${error.error.message}`;
  };

  it('shows an invalid index at once and a valid one when the job is over', async () => {
    const slow = await bench.startSlowRunner();
    const id = await session.run(slow, createIndex('(c)', { name: 'i' }));
    assert.match(id, /^[a-z2-7]{26}$/);
    assert.deepEqual(await state('i'), { valid: false });
    const early = await job(id);
    assert.equal(early.status, 'submitted');
    assert.equal(early.update_time, null);
    await slow.close();
    const next = await bench.startRunner({ minimumMs: 10 });
    assert.equal(await next.wait(id, never), true);
    assert.deepEqual(await state('i'), { valid: true });
    const { status, details, job_type, class_id, object_name } = await job(id);
    assert.deepEqual(
      { status, details, job_type, class_id, object_name },
      { status: 'completed', details: null, job_type: 'INDEX_BUILD', class_id: 1259, object_name: 'public.i' },
    );
  });

  it('gives a name only once, though the index that has it waits for another', async () => {
    const ids = [
      await session.run(jobs, createIndex('(c)', { name: 'first' })),
      await session.run(jobs, createIndex('(c)', { name: 'second' })),
    ];
    assert.equal(
      await refusal(session.run(jobs, createIndex('(c)', { name: 'second' }))),
      '42P07 relation "second" already exists',
    );
    for (const id of ids) assert.equal(await jobs.wait(id, never), true);
  });

  it('holds the table to the size of a key once the index is there', async () => {
    await session.client.query('ALTER TABLE t ADD w text');
    const insert = (bytes: number) =>
      session.client.query(`INSERT INTO t (id, w) VALUES (1000 + ${bytes}, repeat('w', ${bytes}))`);
    const id = await session.run(jobs, createIndex('(w)', { name: 'i' }));
    assert.equal(await jobs.wait(id, never), true);
    // beside the text: four bytes of the primary key, and seven between the two
    await insert(1970);
    await assert.rejects(insert(1971), { code: '54000', message: 'key size too large' });
    await session.client.query('DROP INDEX i');
    await insert(1971);
  });

  it('fails where a key of a row is too large', async () => {
    await session.client.query("ALTER TABLE t ADD w text; UPDATE t SET w = repeat('w', 2000) WHERE id = 7");
    const id = await session.run(jobs, createIndex('(w)', { name: 'i' }));
    assert.equal(await jobs.wait(id, never), false);
    assert.deepEqual(await state('i'), { valid: false });
    assert.deepEqual((await job(id)).details, 'key size too large');
  });

  it('is not held up by the snapshot of an open transaction, which sees in it what was deleted since', async () => {
    const idle = await Session.open(postgres);
    try {
      await session.client.query('INSERT INTO t VALUES (2000, 815)');
      await idle.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t');
      await session.client.query(`PREPARE known AS SELECT id FROM t WHERE c = 815; EXECUTE known`);
      await session.client.query('DELETE FROM t WHERE id = 2000');
      const id = await session.run(jobs, createIndex('(c)', { name: 'held' }));
      assert.equal(await jobs.wait(id, never), true);
      assert.deepEqual(await state('held'), { valid: true });
      for (const { client } of [session, idle]) await client.query('SET enable_seqscan = off');
      assert.deepEqual(await session.rows('SELECT id FROM t WHERE c = 815'), []);
      assert.deepEqual(await idle.rows('SELECT id FROM t WHERE c = 815'), [{ id: 2000 }]);
      await idle.client.query('COMMIT');
      for (const query of ['SELECT id FROM t WHERE c = 815', 'EXECUTE known'])
        assert.match(JSON.stringify(await session.rows(`EXPLAIN ${query}`)), /held/, query);
    } finally {
      await idle.close();
    }
  });

  it('lets writers write while it builds, and indexes what they write', async () => {
    const id = await session.run(jobs, createIndex('(c)', { name: 'i' }));
    await session.client.query('INSERT INTO t VALUES (1000, 4711)');
    assert.equal(await jobs.wait(id, never), true);
    await session.client.query('SET enable_seqscan = off');
    assert.deepEqual(await session.rows('SELECT id FROM t WHERE c = 4711'), [{ id: 1000 }]);
  });

  it('fails on duplicates and leaves the invalid index', async () => {
    const id = await session.run(jobs, createIndex('(c)', { name: 'u', unique: true }));
    assert.equal(await jobs.wait(id, never), false);
    const { status, details } = await job(id);
    assert.deepEqual(
      { status, details },
      { status: 'failed', details: 'Found duplicate key while validating index for UCVs' },
    );
    assert.deepEqual(await state('u'), { valid: false });
  });

  it('refuses what PostgreSQL refuses, in its words', async () => {
    assert.equal(
      await refusal(session.run(jobs, createIndex('(c)', { table: 'nope' }))),
      '42P01 relation "nope" does not exist',
    );
    assert.equal(
      await refusal(session.run(jobs, createIndex('(c)', { schema: 'nope' }))),
      '3F000 schema "nope" does not exist',
    );
    assert.equal(await refusal(session.run(jobs, createIndex('(nope)'))), '42703 column "nope" does not exist');
    assert.equal(
      await refusal(session.run(jobs, createIndex('(c)', { name: 't_pkey' }))),
      '42P07 relation "t_pkey" already exists',
    );
    assert.match(await refusal(session.run(jobs, createIndex('((random()))'))), /^42P17 /);
    await session.client.query('CREATE VIEW v AS SELECT 1 AS c');
    assert.equal(
      await refusal(session.run(jobs, createIndex('(c)', { table: 'v' }))),
      '42809 cannot create index on relation "v"',
    );
    await session.client.query('DROP VIEW v');
    assert.deepEqual(await session.rows(`SELECT relname FROM pg_class WHERE relname LIKE 'dsqltrial%'`), []);
  });

  it('refuses who does not own the table', async () => {
    await session.client.query('CREATE ROLE stranger LOGIN');
    const stranger = await Session.open(postgres, 'stranger');
    assert.equal(await refusal(stranger.run(jobs, createIndex('(c)'))), '42501 must be owner of table t');
    await stranger.close();
    await session.client.query('DROP ROLE stranger');
  });

  it('chooses a name as PostgreSQL does', async () => {
    const ids = [await session.run(jobs, createIndex('(c)')), await session.run(jobs, createIndex('(c, id)'))];
    for (const id of ids) assert.equal(await jobs.wait(id, never), true);
    const third = await session.run(jobs, createIndex('(c)'));
    assert.equal(await jobs.wait(third, never), true);
    const names = await session.rows(
      `SELECT indexrelid::regclass::text AS n FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1`,
    );
    assert.deepEqual(
      names.map(row => row.n),
      ['t_c_id_idx', 't_c_idx', 't_c_idx1', 't_pkey'],
    );
  });

  it('skips an index that exists, with a notice', async () => {
    await session.client.query('BEGIN');
    const { notice, jobId } = await jobs.submit(
      createIndex('(c)', { name: 't_pkey', ifNotExists: true }),
      session.catalog,
    );
    await session.client.query('COMMIT');
    assert.equal(notice?.message, 'relation "t_pkey" already exists, skipping');
    await jobs.committed(jobId!);
    assert.equal(await jobs.wait(jobId!, never), true);
  });

  it('forgets a job whose transaction was rolled back', async () => {
    await session.client.query('BEGIN');
    const { jobId } = await jobs.submit(createIndex('(c)', { name: 'i' }), session.catalog);
    await session.client.query('ROLLBACK');
    assert.equal(await state('i'), undefined);
    assert.deepEqual(await session.rows(`SELECT status FROM sys.jobs WHERE job_id = '${jobId}'`), []);
  });

  it('gives way to DROP INDEX of the index it builds', async () => {
    const slow = await bench.startSlowRunner();
    const id = await session.run(slow, createIndex('(c)', { name: 'i' }));
    await session.client.query('DROP INDEX i');
    assert.equal(await slow.wait(id, never), false);
    assert.equal(await state('i'), undefined);
    await slow.close();
  });

  it('gives way to other DDL and builds all the same', async () => {
    const id = await session.run(jobs, createIndex('(c)', { name: 'i' }));
    await session.client.query('ALTER TABLE t ADD COLUMN extra int');
    assert.equal(await jobs.wait(id, never), true);
    assert.deepEqual(await state('i'), { valid: true });
  });

  it('ends as the service does when the table is dropped', async () => {
    const slow = await bench.startSlowRunner();
    const id = await session.run(slow, createIndex('(c)', { name: 'i' }));
    await session.client.query('DROP TABLE t');
    assert.equal(await slow.wait(id, never), true);
    await slow.close();
    const { details, object_name } = await job(id);
    assert.deepEqual({ details, object_name }, { details: 'relation "public.i" does not exist', object_name: null });
  });

  it('takes up a build that a killed PostgreSQL broke off', async () => {
    const id = await session.run(jobs, createIndex('(c)', { name: 'i' }));
    let restarted = false;
    postgres.onRestart(() => (restarted = true));
    process.kill(postgres.pid, 'SIGKILL');
    await until(() => restarted, 'PostgreSQL to be restarted');
    assert.equal(await jobs.wait(id, never), true);
    session = await bench.reconnect();
    assert.deepEqual(await state('i'), { valid: true });
  });

  it('loses no job whose transaction has committed just before PostgreSQL was killed', async () => {
    await session.client.query('BEGIN');
    const { jobId } = await jobs.submit(createIndex('(c)', { name: 'i' }), session.catalog);
    await session.client.query('COMMIT');
    process.kill(postgres.pid, 'SIGKILL');
    await jobs.committed(jobId!);
    assert.equal(await jobs.wait(jobId!, never), true);
    session = await bench.reconnect();
    assert.deepEqual(await state('i'), { valid: true });
  });

  it('takes up a job that was kept, though PostgreSQL was lost before it could say so and stayed away', async () => {
    const runner = await startJobRunner({ postgres, minimumMs: 10, lookEveryMs: 20, recoveryMs: 0 });
    const superuser = await Session.open(postgres, postgres.address.superuser);
    await superuser.client.query(`CREATE FUNCTION ${INTERNAL}.lose() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
      CREATE TRIGGER lose BEFORE INSERT ON ${INTERNAL}.jobs FOR EACH ROW WHEN (NEW.job_type = 'INDEX_BUILD')
        EXECUTE FUNCTION ${INTERNAL}.lose()`);
    await session.client.query('BEGIN');
    const { jobId } = await runner.submit(createIndex('(c)', { name: 'i' }), session.catalog);
    await session.client.query('COMMIT');
    await assert.rejects(runner.committed(jobId!));
    const { table } = (await session.rows(`SELECT 't'::regclass::oid::int AS table`))[0]!;
    await superuser.client.query(`DROP FUNCTION ${INTERNAL}.lose CASCADE`);
    const request = { type: 'index', tableOid: table, schema: 'public', table: 't', index: 'i', searchPath: 'public' };
    await superuser.client.query(
      `INSERT INTO ${INTERNAL}.jobs VALUES ($1, 'submitted', NULL, 'INDEX_BUILD', 1259, 0, now(), NULL, $2)`,
      [jobId, { ...request, sql: 'CREATE INDEX CONCURRENTLY "i" ON "public"."t" (c)' }],
    );
    assert.equal(await runner.wait(jobId!, never), true);
    assert.deepEqual(await state('i'), { valid: true });
    await Promise.all([runner.close(), superuser.close()]);
  });

  it('takes up a build that a stopped runner broke off', async () => {
    const id = await leftUnbuilt('(c)');
    assert.deepEqual(await state('i'), { valid: false });
    assert.equal((await job(id)).status, 'submitted');
    const second = await startJobRunner({ postgres, minimumMs: 10 });
    assert.equal(await second.wait(id, never), true);
    assert.deepEqual(await state('i'), { valid: true });
    await second.close();
  });

  it('does not bring back an index that was dropped when no runner could see it', async () => {
    const id = await leftUnbuilt('(c)');
    await session.client.query('DROP INDEX i');
    const second = await startJobRunner({ postgres, minimumMs: 10 });
    assert.equal(await second.wait(id, never), false);
    assert.equal(await state('i'), undefined);
    assert.equal((await job(id)).details, 'The index was dropped while it was being built.');
    await second.close();
  });

  it('nor one that is being dropped when the next runner finds it', async () => {
    const id = await leftUnbuilt('(c)');
    await session.client.query('BEGIN; DROP INDEX i');
    const second = await startJobRunner({ postgres, minimumMs: 10 });
    const waits = async () => (await session.rows('SELECT FROM pg_locks WHERE NOT granted')).length > 0;
    await until(waits, 'the runner to wait for whoever drops the index');
    await session.client.query('COMMIT');
    assert.equal(await second.wait(id, never), false);
    assert.equal(await state('i'), undefined);
    await second.close();
  });

  it('looks at the keys of an index that was complete when its runner was killed', async () => {
    await session.client.query("ALTER TABLE t ADD w text; UPDATE t SET w = repeat('w', 2000) WHERE id = 7");
    const id = await leftUnbuilt('(w)');
    const superuser = await Session.open(postgres, postgres.address.superuser);
    await superuser.client.query('REINDEX INDEX i');
    await superuser.close();
    assert.deepEqual(await state('i'), { valid: true });
    const second = await startJobRunner({ postgres, minimumMs: 10 });
    assert.equal(await second.wait(id, never), false);
    assert.deepEqual(await state('i'), { valid: false });
    await second.close();
  });

  it('stops waiting when told to', async () => {
    const slow = await bench.startSlowRunner();
    const id = await session.run(slow, createIndex('(c)', { name: 'i' }));
    const abort = new AbortController();
    const waiting = slow.wait(id, abort.signal);
    abort.abort(new Error('client gone'));
    await assert.rejects(waiting, /client gone/);
    await session.client.query('DROP INDEX i');
    assert.equal(await slow.wait(id, never), false, 'others wait on');
    await slow.close();
  });

  it('waits for an id that no job has until the client leaves, as the service does', async () => {
    const abort = new AbortController();
    let answered = false;
    const waiting = jobs.wait('a'.repeat(26), abort.signal).finally(() => (answered = true));
    waiting.catch(() => {});
    assert.equal(await jobs.wait(await session.run(jobs, createIndex('(c)')), never), true);
    assert.equal(answered, false);
    abort.abort(new Error('client gone'));
    await assert.rejects(waiting, /client gone/);
  });

  it('refuses ids that are none', async () => {
    for (const id of ['', 'nope', 'A'.repeat(26), 'b'.repeat(26)])
      assert.equal(await refusal(jobs.wait(id, never)), '22P02 Unable to convert text to UUID', id);
  });
});
