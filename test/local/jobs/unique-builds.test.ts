import assert from 'node:assert/strict';
import type { JobRunner, PostgresServer } from '../../../src/local/ports';
import { startJobRunner } from '../../../src/local/jobs/runner';
import { until } from '../../support/postgres';
import { createIndex, TestJobs, type Session } from '../../support/jobs';

const never = new AbortController().signal;

// User Guide, Asynchronous indexes: "For unique indexes, DML operations are subject to uniqueness constraints until you drop the index."
describe('the uniqueness of an index that is not valid', () => {
  let bench: TestJobs;
  let postgres: PostgresServer;
  let jobs: JobRunner;
  let session: Session;

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 50, lookEveryMs: 50 });
    ({ postgres, runner: jobs, session } = bench);
  });
  after(() => bench?.close());
  beforeEach(() => session.client.query('DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, c int, j jsonb)'));

  const insert = (id: number, c: number) => session.client.query('INSERT INTO t VALUES ($1, $2)', [id, c]);
  const state = async () =>
    (
      await session.rows(
        "SELECT indisvalid AS valid, indisready AS ready FROM pg_index WHERE indexrelid = to_regclass('u')",
      )
    )[0];

  for (const columns of ['(c)', '(abs(c)) WHERE c > 0'])
    it(`holds after its build has failed for duplicates, until it is dropped: ${columns}`, async () => {
      await session.client.query('INSERT INTO t SELECT i, i / 2 FROM generate_series(1, 100) i');
      const id = await session.run(jobs, createIndex(columns, { name: 'u', unique: true }));
      assert.equal(await jobs.wait(id, never), false);
      assert.deepEqual(await state(), { valid: false, ready: true });
      await assert.rejects(insert(1000, 7), { code: '23505', constraint: 'u' });
      await insert(1000, 1000);
      await session.client.query('UPDATE t SET j = to_jsonb(id) WHERE c = 7');
      await assert.rejects(session.client.query('UPDATE t SET c = 7 WHERE id = 1000'), { code: '23505' });
      await session.client.query('DROP INDEX u');
      await insert(1001, 7);
    });

  it('holds while it is built', async () => {
    const slow = await startJobRunner({ postgres, minimumMs: 60_000, lookEveryMs: 50 });
    try {
      await session.run(slow, createIndex('(c)', { name: 'u', unique: true }));
      await until(async () => (await state())?.ready === true, 'the index to be filled');
      await insert(1, 7);
      await assert.rejects(insert(2, 7), { code: '23505', constraint: 'u' });
      assert.deepEqual(await state(), { valid: false, ready: true });
    } finally {
      await slow.close();
    }
    await session.client.query('DROP INDEX u');
  });
});
