import assert from 'node:assert/strict';
import type { SpecialStatement } from '../../../src/core/dialect/contract';
import { startJobRunner } from '../../../src/local/jobs/runner';
import { validateConstraint } from '../../../src/local/jobs/table-jobs';
import { JobRefused, type JobRunner, type PostgresServer } from '../../../src/local/ports';
import { until } from '../../support/postgres';
import { TestJobs, type Session } from '../../support/jobs';

const never = new AbortController().signal;

describe('asynchronous jobs beside index builds', () => {
  let bench: TestJobs;
  let postgres: PostgresServer;
  let jobs: JobRunner;
  let session: Session;

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 20, lookEveryMs: 20, keepMs: 30 * 60_000 });
    ({ postgres, runner: jobs, session } = bench);
  });
  after(() => bench?.close());

  const jobsOf = (oid: unknown) =>
    session.rows(
      `SELECT job_type, status, details, object_name FROM sys.jobs WHERE object_id = ${Number(oid)} ORDER BY start_time`,
    );
  const oidOf = async (name: string) => (await session.rows(`SELECT '${name}'::regclass::oid AS oid`))[0]!.oid;
  const validate = (table: string, constraint: string): SpecialStatement & { type: 'validate-constraint-async' } => ({
    type: 'validate-constraint-async',
    ifExists: false,
    table,
    constraint,
    sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`,
  });

  it('analyses a new table and records its drop, unless that is rolled back', async () => {
    await session.client.query('BEGIN; CREATE TABLE gone (a int); ROLLBACK');
    await session.client.query('CREATE TABLE seen (a int PRIMARY KEY)');
    const oid = await oidOf('seen');
    await until(async () => (await jobsOf(oid)).every(job => job.status === 'completed'), 'the ANALYZE job');
    assert.deepEqual(await jobsOf(oid), [
      { job_type: 'ANALYZE', status: 'completed', details: null, object_name: 'public.seen' },
    ]);
    await session.client.query('DROP TABLE seen');
    await until(async () => (await jobsOf(oid)).every(job => job.status === 'completed'), 'the DROP job');
    assert.deepEqual(await jobsOf(oid), [
      { job_type: 'ANALYZE', status: 'completed', details: null, object_name: null },
      { job_type: 'DROP', status: 'completed', details: null, object_name: null },
    ]);
    assert.deepEqual(await session.rows('SELECT count(*)::int AS n FROM sys.jobs'), [{ n: 2 }]);
  });

  it('says so when the table to analyse is gone', async () => {
    await session.client.query('BEGIN; CREATE TABLE brief (a int)');
    const oid = await oidOf('brief');
    await session.client.query('DROP TABLE brief; COMMIT');
    await until(async () => (await jobsOf(oid)).every(job => job.status === 'completed'), 'both jobs');
    const details = (await jobsOf(oid)).map(job => [job.job_type, job.details]);
    assert.deepEqual(details.sort(), [
      ['ANALYZE', 'Skipped job for nonexistent table.'],
      ['DROP', null],
    ]);
  });

  it('validates a constraint, or says which rows keep it from that', async () => {
    await session.client.query('CREATE TABLE p (a int); INSERT INTO p VALUES (-1)');
    await session.client.query('ALTER TABLE p ADD CONSTRAINT positive CHECK (a > 0) NOT VALID');
    const failed = await session.run(jobs, validate('p', 'positive'));
    assert.equal(await jobs.wait(failed, never), false);
    const [row] = await session.rows(`SELECT job_type, details FROM sys.jobs WHERE job_id = '${failed}'`);
    assert.deepEqual(row, {
      job_type: 'VALIDATE_CONSTRAINT',
      details: 'check constraint "positive" of relation "p" is violated by some row',
    });
    await session.client.query('DELETE FROM p');
    assert.equal(await jobs.wait(await session.run(jobs, validate('p', 'positive')), never), true);
    assert.deepEqual(await session.rows(`SELECT convalidated AS v FROM pg_constraint WHERE conname = 'positive'`), [
      { v: true },
    ]);
    await assert.rejects(
      session.run(jobs, validate('p', 'nope')),
      (error: unknown) => error instanceof JobRefused && error.error.sqlstate === '42704',
    );
  });

  it('validates a constraint that was renamed meanwhile, with its table and column', async () => {
    await session.client.query('CREATE TABLE q (a int); INSERT INTO q VALUES (1)');
    await session.client.query('ALTER TABLE q ADD CONSTRAINT positive_q CHECK (a > 0) NOT VALID');
    const runner = await startJobRunner({ postgres, minimumMs: 60_000 });
    const id = await session.run(runner, validate('q', 'positive_q'));
    await session.client.query(`ALTER TABLE q RENAME COLUMN a TO b; ALTER TABLE q RENAME CONSTRAINT positive_q TO above;
      CREATE SCHEMA apart; ALTER TABLE q SET SCHEMA apart; ALTER TABLE apart.q RENAME TO other`);
    await runner.close();
    const next = await startJobRunner({ postgres, minimumMs: 20 });
    assert.equal(await next.wait(id, never), true);
    await next.close();
    assert.deepEqual(await session.rows(`SELECT convalidated AS v FROM pg_constraint WHERE conname = 'above'`), [
      { v: true },
    ]);
  });

  it('shows the columns of the service, in its order', async () => {
    const { fields } = await session.client.query('SELECT * FROM sys.jobs LIMIT 0');
    assert.deepEqual(
      fields.map(field => [field.name, field.dataTypeID]),
      [
        ['job_id', 25],
        ['status', 25],
        ['details', 25],
        ['job_type', 25],
        ['class_id', 26],
        ['object_id', 26],
        ['object_name', 25],
        ['start_time', 1184],
        ['update_time', 1184],
      ],
    );
  });

  it('validates nothing once the cluster is being stopped', async () => {
    await session.client.query('CREATE TABLE late (a int PRIMARY KEY, v int)');
    await session.client.query('ALTER TABLE late ADD CONSTRAINT later CHECK (v > 0) NOT VALID');
    const request = {
      ...({ type: 'validate', tableOid: Number(await oidOf('late')), searchPath: '' } as const),
      sql: 'ALTER TABLE public.late VALIDATE CONSTRAINT later',
    };
    await assert.rejects(validateConstraint(request, postgres.address, AbortSignal.abort()), { name: 'AbortError' });
    const rows = await session.rows("SELECT convalidated FROM pg_constraint WHERE conname = 'later'");
    assert.deepEqual(rows, [{ convalidated: false }]);
    await session.client.query('DROP TABLE late');
  });
});
