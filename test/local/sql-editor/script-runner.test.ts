import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { explainDatabaseError } from '../../../src/core/sql/explain-database-error';
import { watchJob } from '../../../src/core/sql/job-watch';
import { planScript } from '../../../src/core/sql/script-plan';
import {
  runScript,
  type AfterFailure,
  type ScriptPorts,
  type StatementFailure,
} from '../../../src/core/sql/script-runner';
import type { SqlSession, SqlValue } from '../../../src/core/sql/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { createSqlSession } from '../../../src/node/sql/session';
import { connect, startTestCluster } from '../../support/cluster';
import { CollectingSink, TestSource } from '../../support/sql-session';

describe('running a script on a cluster', () => {
  let cluster: LocalCluster;
  let dialect: Dialect;
  let session: SqlSession;

  before(async () => {
    [cluster, dialect] = await Promise.all([startTestCluster(), createDialect()]);
  });
  after(() => cluster?.close());
  beforeEach(() => {
    session = createSqlSession(new TestSource(cluster.info));
  });
  afterEach(() => session.close());

  interface Seen {
    results: string[];
    rows: SqlValue[][];
    failures: StatementFailure[];
    jobs: string[][];
  }

  async function run(sql: string, answers: AfterFailure[] = [], more: Partial<ScriptPorts> = {}) {
    const seen: Seen = { results: [], rows: [], failures: [], jobs: [] };
    const { statements } = planScript(sql, { dialect, transaction: session.transaction });
    const result = await runScript(statements, {
      session,
      start: statement => {
        const sink = new CollectingSink();
        return {
          sink,
          succeed: outcome => {
            seen.rows.push(...sink.received);
            seen.results.push(`${statement.index} ${outcome.tag}`);
          },
          fail: error => seen.results.push(`${statement.index} ${explainDatabaseError(error).sqlstate ?? 'refused'}`),
        };
      },
      permit: () => Promise.resolve(),
      parameters: statement => Promise.resolve(statement.parameters.map(({ number }) => String(number * 10))),
      failed: failure => {
        seen.failures.push(failure);
        return Promise.resolve(answers.shift() ?? 'stop');
      },
      jobsStarted: jobIds => {
        seen.jobs.push(jobIds);
        return Promise.resolve();
      },
      retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
      signal: new AbortController().signal,
      now: () => performance.now(),
      ...more,
    });
    return { ...seen, result };
  }

  it('sends DDL one statement at a time, and passes on the jobs that it starts', async () => {
    const { results, jobs, result } = await run(
      `CREATE TABLE runs (id int PRIMARY KEY, v int);\nCREATE INDEX ASYNC ON runs (v);\nINSERT INTO runs VALUES (1, $1);\nSELECT v FROM runs`,
    );
    assert.deepEqual(results, ['0 CREATE TABLE', '1 CREATE INDEX', '2 INSERT 0 1', '3 SELECT 1']);
    assert.equal(jobs.length, 1);
    assert.match(jobs[0]?.[0] ?? '', /^[a-z2-7]{26}$/);
    assert.deepEqual(result, { succeeded: 4, failed: 0, notRun: 0, cancelled: false });
  });

  it('watches a job to its end in sys.jobs, and tells why one failed', async () => {
    await run('CREATE TABLE twice (id int PRIMARY KEY, v int); INSERT INTO twice VALUES (1, 1), (2, 1)');
    const client = await connect(cluster.info);
    const query = async (sql: string, params: string[]) => {
      const { rows } = await client.query({ text: sql, values: params, rowMode: 'array' });
      return { rows: rows as (string | null)[][] };
    };
    try {
      const states: string[] = [];
      const ports = {
        query,
        sleep: async () => void (await sleep(20)),
        onState: (state: { status: string }) => void states.push(state.status),
      };
      const good = (await run('CREATE INDEX ASYNC ON twice (v)')).jobs[0]?.[0] ?? '';
      const state = await watchJob(good, ports);
      assert.equal(state.type, 'INDEX_BUILD');
      assert.equal(states.at(-1), 'completed');
      const bad = (await run('CREATE UNIQUE INDEX ASYNC u ON twice (v)')).jobs[0]?.[0] ?? '';
      await assert.rejects(watchJob(bad, ports), { code: 'JOB_FAILED', message: /duplicate/ });
      await assert.rejects(watchJob('a'.repeat(26), ports), { code: 'JOB_UNKNOWN' });
      const aborted = AbortSignal.abort();
      await assert.rejects(watchJob(good, { ...ports, signal: aborted }), { code: 'CANCELLED' });
    } finally {
      await client.end();
    }
  });

  it('stops at the first error when told so, and leaves the rest unsent', async () => {
    const { results, failures, result } = await run('SELECT 1; SELECT nope; SELECT 2; SELECT 3', ['stop']);
    assert.deepEqual(results, ['0 SELECT 1', '1 42703']);
    assert.equal(failures[0]?.remaining, 2);
    assert.equal(failures[0]?.inTransaction, false);
    assert.deepEqual(result, { succeeded: 1, failed: 1, notRun: 2, cancelled: false });
  });

  it('skips one failed statement and asks again, or goes on past all of them', async () => {
    const script = 'SELECT a; SELECT 1; SELECT b; SELECT 2; SELECT c';
    const skipped = await run(script, ['skip', 'stop']);
    assert.deepEqual(skipped.results, ['0 42703', '1 SELECT 1', '2 42703']);
    assert.equal(skipped.failures.length, 2);
    const continued = await run(script, ['continue']);
    assert.deepEqual(continued.results, ['0 42703', '1 SELECT 1', '2 42703', '3 SELECT 1', '4 42703']);
    assert.equal(continued.failures.length, 1);
  });

  it('does not ask when nothing is left to run', async () => {
    assert.equal((await run('SELECT 1; SELECT nope')).failures.length, 0);
  });

  it('runs a failed statement again when asked to', async () => {
    let fixed = false;
    const { results } = await run('SELECT * FROM later; SELECT 1', ['retry'], {
      failed: async () => {
        if (fixed) return 'stop';
        fixed = true;
        const client = await connect(cluster.info);
        await client.query('CREATE TABLE later (id int PRIMARY KEY)');
        await client.end();
        return 'retry';
      },
    });
    assert.deepEqual(results, ['0 42P01', '0 SELECT 0', '1 SELECT 1']);
  });

  it('keeps BEGIN … COMMIT together on the session, and an open transaction across runs', async () => {
    await run('CREATE TABLE kept (id int PRIMARY KEY)');
    await run('BEGIN; INSERT INTO kept VALUES (1)');
    assert.equal(session.transaction, 'open');
    const { rows } = await run('SELECT count(*) FROM kept; ROLLBACK; SELECT count(*) FROM kept');
    assert.deepEqual(rows, [['1'], ['0']]);
    assert.equal(session.transaction, 'idle');
  });

  it('rolls a failed block back and goes on behind it', async () => {
    await run('CREATE TABLE blocks (id int PRIMARY KEY)');
    const { results, failures } = await run(
      `BEGIN; INSERT INTO blocks VALUES (1); SELECT nope; INSERT INTO blocks VALUES (2); COMMIT; SELECT count(*) FROM blocks`,
      ['skip'],
    );
    assert.deepEqual(results, ['0 BEGIN', '1 INSERT 0 1', '2 42703', '5 SELECT 1']);
    assert.deepEqual(
      [failures[0]?.inTransaction, failures[0]?.remaining, failures[0]?.canRepeatBlock],
      [true, 1, true],
    );
    assert.equal(session.transaction, 'idle');
  });

  it('leaves a failed block for the user to look at when told to stop', async () => {
    await run('BEGIN; SELECT nope; COMMIT; SELECT 1', ['stop']);
    assert.equal(session.transaction, 'failed');
    const { results } = await run('SELECT 1; ROLLBACK', ['stop']);
    assert.deepEqual(results, ['0 25P02']);
  });

  it('never repeats a block that met a conflict by itself, but from its BEGIN when asked to', async () => {
    await run('CREATE TABLE hot (id int PRIMARY KEY, v int); INSERT INTO hot VALUES (1, 0)');
    const rival = await connect(cluster.info);
    try {
      const script = 'BEGIN; UPDATE hot SET v = v + 1 WHERE id = 1; COMMIT; SELECT v FROM hot';
      let interfered = false;
      const { results, rows, failures } = await run(script, ['retry'], {
        settled: () => undefined,
        permit: async statement => {
          if (statement.index !== 2 || interfered) return;
          interfered = true;
          await rival.query('UPDATE hot SET v = 100 WHERE id = 1');
        },
      });
      assert.deepEqual(results, [
        '0 BEGIN',
        '1 UPDATE 1',
        '2 40001',
        '0 BEGIN',
        '1 UPDATE 1',
        '2 COMMIT',
        '3 SELECT 1',
      ]);
      assert.ok(failures[0]?.canRepeatBlock);
      assert.deepEqual(rows, [['101']]);
    } finally {
      await rival.end();
    }
  });

  it('answers psql commands without sending them', async () => {
    const { results } = await run('\\timing\nSELECT 1', ['continue']);
    assert.deepEqual(results, ['0 refused', '1 SELECT 1']);
  });

  it('does not send wait_for_job into a transaction', async () => {
    const started = await run('CREATE TABLE waits (id int PRIMARY KEY, v int); CREATE INDEX ASYNC ON waits (v)');
    const [job] = started.jobs[0] ?? [];
    const inside = await run(`BEGIN; CALL sys.wait_for_job('${job}'); ROLLBACK`, ['stop']);
    assert.deepEqual(inside.results, ['0 BEGIN', '1 refused']);
    assert.equal(session.transaction, 'open');
    assert.deepEqual((await run(`ROLLBACK; CALL sys.wait_for_job('${job}')`)).rows, [['t']]);
  });

  it('offers a job of a block only once it is committed', async () => {
    await run('CREATE TABLE later_job (id int PRIMARY KEY, v int)');
    const { jobs } = await run('BEGIN; CREATE INDEX ASYNC ON later_job (v); COMMIT; SELECT 1');
    assert.equal(jobs.length, 1);
    const lost = await run('BEGIN; CREATE INDEX ASYNC ON later_job (id, v); ROLLBACK; SELECT 1');
    assert.equal(lost.jobs.length, 0);
  });

  it('is cancelled in mid-statement, and the session serves again', async () => {
    const controller = new AbortController();
    const cancelling = run('SELECT 1; SELECT pg_sleep(30); SELECT 2', ['continue'], {
      signal: controller.signal,
      progress: index => {
        if (index === 1) setTimeout(() => controller.abort(), 200);
      },
    });
    const { result, failures } = await cancelling;
    assert.deepEqual(result, { succeeded: 1, failed: 1, notRun: 1, cancelled: true });
    assert.equal(failures.length, 0);
    assert.deepEqual((await run('SELECT 7')).rows, [['7']]);
  });

  it('ends without an error when the user gives up the parameters', async () => {
    const { result, results } = await run('SELECT $1::int; SELECT 2', [], {
      parameters: () => Promise.resolve(undefined),
    });
    assert.deepEqual(results, []);
    assert.deepEqual(result, { succeeded: 0, failed: 0, notRun: 2, cancelled: true });
  });
});

describe('conflicts of autocommit statements', () => {
  let cluster: LocalCluster;
  let dialect: Dialect;

  before(async () => {
    [cluster, dialect] = await Promise.all([
      startTestCluster({ occ: { injectConflicts: { share: 0.6, seed: 5 } } }),
      createDialect(),
    ]);
  });
  after(() => cluster?.close());

  it('are retried by the policy and each retry is shown; in a block never', async () => {
    const session = createSqlSession(new TestSource(cluster.info));
    try {
      const tags: string[] = [];
      const sinks: CollectingSink[] = [];
      const run = async (sql: string, maxAttempts: number) => {
        const { statements } = planScript(sql, { dialect });
        return runScript(statements, {
          session,
          start: () => {
            const sink = new CollectingSink();
            sinks.push(sink);
            return {
              sink,
              succeed: outcome => void tags.push(`${outcome.tag} after ${outcome.retries}`),
              fail: error => void tags.push(explainDatabaseError(error).sqlstate ?? String(error)),
            };
          },
          permit: () => Promise.resolve(),
          parameters: () => Promise.resolve([]),
          failed: () => Promise.resolve('skip'),
          jobsStarted: () => Promise.resolve(),
          retry: { maxAttempts, baseDelayMs: 1, maxDelayMs: 2 },
          signal: new AbortController().signal,
          now: () => performance.now(),
        });
      };
      await run('CREATE TABLE c (id int PRIMARY KEY)', 100);
      const inserts = Array.from({ length: 20 }, (_, id) => `INSERT INTO c VALUES (${id})`).join(';');
      assert.equal((await run(inserts, 100)).succeeded, 20);
      const retried = sinks.map(({ retries }) => retries.length);
      assert.ok(retried.some(count => count > 0));
      assert.deepEqual(
        tags.slice(1).map(tag => Number(/after (\d+)/.exec(tag)?.[1])),
        retried.slice(1),
      );
      const blocks = Array.from({ length: 10 }, (_, id) => `BEGIN; INSERT INTO c VALUES (${100 + id}); COMMIT`).join(
        ';',
      );
      const before = sinks.length;
      assert.ok((await run(blocks, 100)).failed > 0);
      assert.ok(sinks.slice(before).every(({ retries }) => retries.length === 0));
    } finally {
      await session.close();
    }
  });
});
