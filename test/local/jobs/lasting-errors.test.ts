import assert from 'node:assert/strict';
import type pg from 'pg';
import { INTERNAL } from '../../../src/local/engine-schema';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { until } from '../../support/postgres';
import { createIndex, TestJobs } from '../../support/jobs';

/** What a job needs of the cluster itself may be missing or refuse for good: the job ends, and the cluster's log tells why. */
describe('jobs that meet errors which do not pass', () => {
  let bench: TestJobs;
  let superuser: pg.Client;
  const log: string[] = [];

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 20, lookEveryMs: 20, log: line => log.push(line) });
    superuser = await connectSuperuser(bench.postgres.address);
  });
  after(async () => {
    await superuser?.end().catch(() => undefined);
    await bench?.close();
  });
  beforeEach(async () => {
    await bench.session.client.query('CREATE TABLE t (id int PRIMARY KEY, c int); INSERT INTO t VALUES (1, 1)');
    await until(async () => (await unfinished()) === 0, 'the ANALYZE job');
    log.length = 0;
  });
  afterEach(() => bench.session.client.query('DROP TABLE t'));

  const unfinished = async () =>
    (await bench.session.rows(`SELECT FROM sys.jobs WHERE status NOT IN ('completed', 'failed')`)).length;
  /** Has the jobs' table refuse what the condition names. */
  const refuse = (event: string, condition: string) =>
    superuser.query(`CREATE FUNCTION ${INTERNAL}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE insufficient_privilege USING MESSAGE = 'permission denied for table jobs'; END $$;
      CREATE TRIGGER refuse BEFORE ${event} ON ${INTERNAL}.jobs FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION ${INTERNAL}.refuse()`);

  it('fail with the error, which the log has once, and leave the index invalid', async () => {
    await superuser.query(`ALTER FUNCTION ${INTERNAL}.exceeds_key_size RENAME TO elsewhere`);
    const id = await bench.session.run(bench.runner, createIndex('(c)', { name: 'i' }));
    assert.equal(await bench.outcome(id), false);
    const { status, details } = await bench.job(id);
    const missing = 'function exceeds_key_size(unknown) does not exist';
    assert.deepEqual({ status, details }, { status: 'failed', details: missing });
    assert.deepEqual(await bench.indexes(), [{ name: 'i', valid: false, ready: true }]);
    assert.deepEqual(log, [
      `the job ${id} (INDEX_BUILD) has met an error and is tried again: 42883 ${missing}`,
      `the job ${id} (INDEX_BUILD) has failed for good: 42883 ${missing}`,
    ]);
    await superuser.query(`ALTER FUNCTION ${INTERNAL}.elsewhere RENAME TO exceeds_key_size`);
  });

  it('are tried again where the error passes', async () => {
    await refuse('UPDATE', `NEW.status = 'completed'`);
    const id = await bench.session.run(bench.runner, createIndex('(c)', { name: 'i' }));
    await until(() => log.length > 0, 'the error to be told');
    await superuser.query(`DROP FUNCTION ${INTERNAL}.refuse CASCADE`);
    assert.equal(await bench.outcome(id), true);
    assert.equal(log.length, 1, log.join('\n'));
    assert.deepEqual(await bench.indexes(), [{ name: 'i', valid: true, ready: true }]);
  });

  it('wait for space on the disk, as other work does', async () => {
    await superuser.query(`CREATE TABLE public.disk (is_full boolean); INSERT INTO public.disk VALUES (true);
      CREATE SEQUENCE public.tries; GRANT ALL ON SEQUENCE public.tries TO PUBLIC; GRANT SELECT ON TABLE public.disk TO PUBLIC;
      CREATE FUNCTION public.stored(c int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('public.tries');
        IF (SELECT is_full FROM public.disk) THEN
          RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device';
        END IF;
        RETURN c;
      END $$`);
    const id = await bench.session.run(bench.runner, createIndex('(public.stored(c))', { name: 'i' }));
    const tries = async () =>
      Number((await superuser.query<{ n: string }>('SELECT last_value AS n FROM public.tries')).rows[0]!.n);
    await until(async () => (await tries()) > 1, 'the build to be tried again');
    await superuser.query('UPDATE public.disk SET is_full = false');
    assert.equal(await bench.outcome(id), true);
    assert.deepEqual(await bench.indexes(), [{ name: 'i', valid: true, ready: true }]);
    assert.deepEqual(log, []);
    await superuser.query(
      'DROP INDEX public.i; DROP FUNCTION public.stored; DROP TABLE public.disk; DROP SEQUENCE public.tries',
    );
  });

  it('end what waits for them, and are not begun again, where their end cannot be kept', async () => {
    await refuse('UPDATE', `NEW.status IN ('completed', 'failed')`);
    const id = await bench.session.run(bench.runner, createIndex('(c)', { name: 'i' }));
    assert.equal(await bench.outcome(id), false);
    await bench.session.client.query('CREATE TABLE other (id int PRIMARY KEY)');
    await until(() => log.filter(line => line.includes('cannot be kept')).length === 2, 'both jobs to be given up');
    const told = log.length;
    await superuser.query(`DROP FUNCTION ${INTERNAL}.refuse CASCADE`);
    // later looks would have begun it again
    await bench.session.client.query('CREATE TABLE later (id int PRIMARY KEY)');
    const later = `SELECT FROM sys.jobs WHERE object_name = 'public.later' AND status = 'completed'`;
    await until(async () => (await bench.session.rows(later)).length === 1, 'a later job');
    assert.equal(log.length, told, log.join('\n'));
    assert.equal(await unfinished(), 2);
    // the next start takes them up
    const next = await bench.startRunner({ minimumMs: 20 });
    assert.equal(await bench.outcome(id, next), true);
  });

  it('are begun where the index that waits for its turn cannot be shown', async () => {
    await refuse('UPDATE', `NEW.status = 'submitted' AND NEW.request->>'index' = 'second'`);
    const slow = await bench.startRunner({ minimumMs: 60_000, log: line => log.push(line) });
    const first = await bench.session.run(slow, createIndex('(c)', { name: 'first' }));
    const second = await bench.session.run(slow, createIndex('(c)', { name: 'second' }));
    assert.match(log[0]!, /cannot show .* 42501 permission denied for table jobs/);
    await superuser.query(`DROP FUNCTION ${INTERNAL}.refuse CASCADE`);
    await bench.session.client.query('DROP INDEX first');
    assert.equal(await bench.outcome(first, slow), false);
    await until(async () => (await bench.job(second)).object_name === 'public.second', 'the build of the second');
    await slow.close();
    assert.equal(await bench.outcome(second, await bench.startRunner({ minimumMs: 20 })), true);
  });

  it('are looked for again where that fails, and the log says so once', async () => {
    await superuser.query(`ALTER TABLE ${INTERNAL}.jobs RENAME TO elsewhere`);
    await until(() => log.length > 0, 'the failure to be told');
    assert.match(log[0]!, /^jobs cannot be looked for: 42P01 /);
    await superuser.query(`ALTER TABLE ${INTERNAL}.elsewhere RENAME TO jobs`);
    await bench.session.client.query('CREATE TABLE latest (id int PRIMARY KEY)');
    await until(async () => (await unfinished()) === 0, 'the latest job');
    assert.equal(log.length, 1, log.join('\n'));
  });
});
