import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { followJob } from '../../../src/core/indexes/follow-job';
import { JobTimelines } from '../../../src/core/indexes/job-timeline';
import type { JobInfo } from '../../../src/core/catalog/model';
import { job } from '../../support/index-fixtures';

describe('the timeline of a job', () => {
  it('keeps the states of all looks with their lengths', () => {
    const timelines = new JobTimelines();
    timelines.observe([job('a', 'submitted')], 1_000_100);
    timelines.observe([job('a', 'processing', { updatedMs: 1_002_000 })], 1_002_300);
    const running = timelines.view('a', 1_005_000)!;
    assert.equal(running.state, 'running');
    assert.equal(running.elapsedMs, 5_000);
    assert.deepEqual(
      running.phases.map(({ status, fromMs, durationMs }) => [status, fromMs, durationMs]),
      [
        ['submitted', 0, 2_000],
        ['processing', 2_000, 3_000],
      ],
    );
    assert.equal(
      running.phases.reduce((sum, { share }) => sum + share, 0),
      1,
    );
    assert.ok(timelines.running);
    timelines.observe([job('a', 'completed', { updatedMs: 1_008_000 })], 1_009_000);
    const done = timelines.view('a', 2_000_000)!;
    assert.equal(done.state, 'completed');
    assert.equal(done.elapsedMs, 8_000);
    assert.deepEqual(
      done.phases.map(({ status }) => status),
      ['submitted', 'processing', 'completed'],
    );
    assert.ok(!timelines.running);
  });

  it('never runs backwards, whatever the clocks say', () => {
    const timelines = new JobTimelines();
    timelines.observe([job('a', 'submitted')], 10);
    timelines.observe([job('a', 'processing', { updatedMs: 999_000 })], 20);
    const { elapsedMs, phases } = timelines.view('a', 30)!;
    assert.equal(elapsedMs, 0);
    assert.ok(phases.every(({ durationMs, fromMs }) => durationMs >= 0 && fromMs >= 0));
  });

  it('says what a failure means, and how long a build of such a table takes', () => {
    const timelines = new JobTimelines();
    const details = 'found duplicate key(s) while validating index uniqueness';
    timelines.observe([job('a', 'failed', { updatedMs: 1_001_000, details })], 1_001_000);
    timelines.observe([job('b', 'processing', { startedMs: 1_000_500 })], 1_001_000);
    const [b, a] = timelines.views(1_001_000, each => (each.id === 'b' ? 11_000_000 : undefined));
    assert.equal(a?.details, details);
    assert.match(a?.advice ?? '', /same key.*INVALID/);
    assert.match(b?.advice ?? '', /11 M rows take about 12 min/);
  });
});

describe('following a job', () => {
  const follow = (rows: (JobInfo | undefined)[], signal = new AbortController().signal) => {
    const seen: string[] = [];
    const waits: number[] = [];
    let at = 0;
    const done = followJob('a', {
      job: () => Promise.resolve(rows[Math.min(at++, rows.length - 1)]),
      sleep: delayMs => Promise.resolve(void waits.push(delayMs)),
      now: () => 1_000_000 + at * 1_000,
      signal,
      onTimeline: ({ status }) => void seen.push(status),
    });
    return { done, seen, waits };
  };
  const code = (expected: string) => (error: unknown) => error instanceof CodedError && error.code === expected;

  it('looks soon at first, then every few seconds, until it has ended', async () => {
    const rows = [...Array.from({ length: 12 }, () => job('a', 'processing')), job('a', 'completed')];
    const { done, seen, waits } = follow(rows);
    assert.equal((await done).status, 'completed');
    assert.equal(seen.length, 13);
    assert.equal(waits[0], 200);
    assert.equal(waits.at(-1), 3_000);
  });

  it('rejects with the reason of a failed build, for a forgotten job, and when it is given up', async () => {
    await assert.rejects(follow([job('a', 'failed', { details: 'duplicate key' })]).done, (error: unknown) => {
      assert.ok(code('INDEX_BUILD_FAILED')(error));
      return /duplicate key/.test((error as Error).message);
    });
    await assert.rejects(follow([undefined]).done, code('JOB_UNKNOWN'));
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(follow([job('a', 'submitted')], controller.signal).done, code('CANCELLED'));
  });
});
