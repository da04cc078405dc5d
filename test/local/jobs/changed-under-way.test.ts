import assert from 'node:assert/strict';
import { startJobRunner } from '../../../src/local/jobs/runner';
import type { JobRunner, PostgresServer } from '../../../src/local/ports';
import { createIndex, TestJobs, type Session } from '../../support/jobs';

const never = new AbortController().signal;

/** An index follows its table and columns through DDL, whether it is being built or waits for another build on the table. */
describe('DDL that changes what an index is built on', () => {
  let bench: TestJobs;
  let postgres: PostgresServer;
  let jobs: JobRunner;
  let session: Session;

  before(async () => {
    bench = await TestJobs.start({ minimumMs: 300, lookEveryMs: 50 });
    ({ postgres, runner: jobs, session } = bench);
  });
  after(() => bench?.close());
  beforeEach(async () => {
    await session.client.query(`CREATE SCHEMA s; CREATE TABLE t (gone int, id int PRIMARY KEY, c int, w text);
      ALTER TABLE t DROP COLUMN gone; INSERT INTO t SELECT i, i / 2, 'W' || i FROM generate_series(1, 100) i`);
  });
  afterEach(async () => {
    await session.client.query('DROP SCHEMA s CASCADE; DROP TABLE IF EXISTS t, u; RESET ALL');
  });

  const indexes = (table?: string) => bench.indexes(table);
  const definition = async (index: string) =>
    (await session.rows(`SELECT pg_get_indexdef('${index}'::regclass) AS sql`))[0]!.sql;
  const job = async (id: string) =>
    (await session.rows(`SELECT status, details, object_name FROM sys.jobs WHERE job_id = '${id}'`))[0];
  /** Jobs of an index that is being built, and of others that wait for it. */
  const submit = (...waiting: ReturnType<typeof createIndex>[]): Promise<string[]> => submitTo(jobs, ...waiting);
  const submitTo = async (runner: JobRunner, ...waiting: ReturnType<typeof createIndex>[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const index of [createIndex('(c)', { name: 'first' }), ...waiting]) ids.push(await session.run(runner, index));
    return ids;
  };
  const succeed = async (ids: string[], runner = jobs): Promise<void> => {
    for (const id of ids) assert.equal(await runner.wait(id, never), true, JSON.stringify(await job(id)));
  };
  const slowRunner = () => bench.startSlowRunner();

  for (const [ddl, table, expected] of [
    ['ALTER TABLE t RENAME TO u', 'u', 'ON public.u USING btree_index (c)'],
    ['ALTER TABLE t SET SCHEMA s', 's.t', 'ON s.t USING btree_index (c)'],
    ['ALTER TABLE t RENAME COLUMN c TO d', 't', 'ON public.t USING btree_index (d)'],
  ] as const)
    it(`${ddl}: an index that is being built, and one that waits`, async () => {
      const slow = await slowRunner();
      const ids = await submitTo(slow, createIndex('(c)', { name: 'second' }));
      await session.client.query(ddl);
      await succeed(ids.slice(0, 1), slow);
      await slow.close();
      const next = await startJobRunner({ postgres, minimumMs: 10 });
      await succeed(ids.slice(1), next);
      await next.close();
      const schema = table === 's.t' ? 's' : 'public';
      for (const [at, name] of ['first', 'second'].entries()) {
        assert.deepEqual((await indexes(table))[at], { name, valid: true, ready: true });
        assert.ok(String(await definition(`${schema}.${name}`)).endsWith(expected));
        assert.deepEqual(await job(ids[at]!), {
          status: 'completed',
          details: null,
          object_name: `${schema}.${name}`,
        });
      }
    });

  it('ALTER INDEX RENAME: an index that is being built', async () => {
    const ids = await submit();
    await session.client.query('ALTER INDEX first RENAME TO other');
    await succeed(ids);
    assert.deepEqual(await indexes(), [{ name: 'other', valid: true, ready: true }]);
  });

  it('shows an index that waits, invalid, as soon as it is submitted', async () => {
    const slow = await slowRunner();
    const ids = await submitTo(
      slow,
      createIndex('(lower(w), c NULLS FIRST) INCLUDE (id) WHERE c > 3', { name: 'second', unique: true }),
    );
    assert.deepEqual(await indexes(), [
      { name: 'first', valid: false, ready: true },
      { name: 'second', valid: false, ready: true },
    ]);
    const sql = `CREATE UNIQUE INDEX second ON public.t USING btree_index (lower(w), c NULLS FIRST) INCLUDE (id) WHERE (c > 3)`;
    assert.equal(await definition('second'), sql);
    assert.deepEqual(await job(ids[1]!), { status: 'submitted', details: null, object_name: 'public.second' });
    await session.client.query(`INSERT INTO t VALUES (1000, 4711, 'new')`);
    await slow.close();
    const next = await startJobRunner({ postgres, minimumMs: 10 });
    await succeed(ids, next);
    await next.close();
    assert.equal(await definition('second'), sql);
    await session.client.query('SET enable_seqscan = off');
    assert.deepEqual(await session.rows(`SELECT id FROM t WHERE lower(w) = 'new' AND c > 3`), [{ id: 1000 }]);
    await assert.rejects(session.client.query(`INSERT INTO t VALUES (1001, 4711, 'NEW')`), { code: '23505' });
  });

  it('cancels an index that waits when it is dropped, and gives its name to another', async () => {
    const slow = await slowRunner();
    const ids = await submitTo(slow, createIndex('(c)', { name: 'second' }));
    await session.client.query('DROP INDEX second');
    assert.deepEqual(
      (await indexes()).map(({ name }) => name),
      ['first'],
    );
    const again = await session.run(jobs, createIndex('(w)', { name: 'second' }));
    assert.equal(await slow.wait(ids[1]!, never), false);
    await succeed([ids[0]!], slow);
    await slow.close();
    await succeed([again]);
    assert.match(String(await definition('second')), /\(w\)$/);
  });

  it('cancels an index that waits when its column is dropped', async () => {
    const slow = await slowRunner();
    const ids = await submitTo(slow, createIndex('(w)', { name: 'second' }));
    await session.client.query('ALTER TABLE t DROP COLUMN w');
    assert.equal(await slow.wait(ids[1]!, never), false);
    await succeed([ids[0]!], slow);
    await slow.close();
    assert.deepEqual(await indexes(), [{ name: 'first', valid: true, ready: true }]);
  });

  it('builds an index that waited for one that a stopped runner broke off', async () => {
    const slow = await slowRunner();
    const ids = await submitTo(slow, createIndex('(c)', { name: 'second' }));
    await slow.close();
    await session.client.query('ALTER TABLE t RENAME COLUMN c TO d; ALTER INDEX second RENAME TO other');
    const next = await startJobRunner({ postgres, minimumMs: 10 });
    await succeed(ids, next);
    assert.deepEqual(
      (await indexes()).map(({ name, valid }) => [name, valid]),
      [
        ['first', true],
        ['other', true],
      ],
    );
    await next.close();
  });

  it('leaves nothing of its own behind', async () => {
    await succeed(await submit(createIndex('(lower(w))', { name: 'second' }), createIndex('(w)')));
    const left = `SELECT relname FROM pg_class WHERE oid > 't'::regclass AND relnamespace <> 'public'::regnamespace
      AND relnamespace <> 'pg_toast'::regnamespace`;
    assert.deepEqual(await session.rows(left), []);
    assert.deepEqual(
      await session.rows(
        `SELECT relname FROM pg_class WHERE relname ~ 'dsql(trial|_replaced)' OR relname ~ '^t_w_idx.'`,
      ),
      [],
    );
  });

  it('takes columns that are named with their table', async () => {
    await succeed(await submit(createIndex('(lower(t.w), ("t".c + 1)) WHERE t.id > 3', { name: 'second' })));
    assert.match(String(await definition('second')), /\(lower\(w\), \(\(c \+ 1\)\)\) WHERE \(id > 3\)$/);
  });
});
