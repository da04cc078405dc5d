import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { Closeable } from '../../../src/base/lifecycle';
import { jobLines } from '../../../src/cli/terminal/job-text';
import type { ChapterPorts, Progress } from '../../../src/core/chapters/contract';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import { ChapterMemory } from '../../../src/core/chapters/memory';
import { waitForJobs } from '../../../src/core/chapters/perform-jobs';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { startTestCluster } from '../../support/cluster';

describe('waiting for jobs in a chapter', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  const progress: Progress[] = [];
  const wait = (index: string) =>
    waitForJobs(
      { type: 'wait-for-jobs', indexes: [index], timeoutSeconds: 20, line: 1 },
      {
        ports: { database } as unknown as ChapterPorts,
        memory: new ChapterMemory({}),
        directory: '',
        figure: number => number.laptop,
        progress: each => void progress.push(each),
        signal: new AbortController().signal,
      },
    );

  before(async () => {
    cluster = await startTestCluster({ jobs: { minimumMs: 2_000, lookEveryMs: 50 } });
    database = createDatabase(localTarget(cluster.info));
    await database.query('CREATE TABLE t (id int PRIMARY KEY, n int)');
    await database.query('INSERT INTO t VALUES (1, 7), (2, 7)');
  });
  after(async () => {
    await database.close();
    await cluster.close();
  });

  it('shows the states as they come, and their timeline at the end', async () => {
    await database.query('CREATE INDEX ASYNC by_n ON t (n)');
    const result = await wait('by_n');
    assert.equal(result.type, 'jobs');
    if (result.type !== 'jobs') return;
    const [job] = result.jobs;
    assert.equal(job?.object, 'public.by_n');
    assert.equal(job.phases[0]?.status, 'submitted');
    assert.equal(job.phases.at(-1)?.status, 'completed');
    assert.ok(job.elapsedMs >= 1_900, String(job.elapsedMs));
    assert.ok(progress.some(({ jobs }) => jobs?.[0]?.state === 'running'));
    assert.match(jobLines(result.jobs)[0] ?? '', /^INDEX_BUILD public\.by_n: submitted .* → completed \([^)]+\)$/);
  });

  it('has its time whatever the clock on the wall is set to meanwhile', async () => {
    const realNow = Date.now;
    await database.query('CREATE INDEX ASYNC again_by_n ON t (n)');
    const waiting = wait('again_by_n');
    try {
      Date.now = () => realNow() + 7_200_000;
      assert.equal((await waiting).type, 'jobs');
    } finally {
      Date.now = realNow;
    }
  });

  it('fails with the reason that the service gives', async () => {
    await database.query('CREATE UNIQUE INDEX ASYNC one_n ON t (n)');
    await assert.rejects(wait('one_n'), (error: unknown) => {
      assert.ok(error instanceof CodedError && error.code === 'JOB_FAILED');
      return /duplicate key/.test(error.message) && /DROP INDEX one_n/.test(error.nextStep ?? '');
    });
  });
});
