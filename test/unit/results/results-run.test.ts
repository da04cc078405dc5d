import assert from 'node:assert/strict';
import { ResultsRun } from '../../../src/core/results/results-run';

describe('a run of the results panel', () => {
  it('has taken as long as it did where it began before it is shown', () => {
    const run = new ResultsRun(
      {
        title: 'q',
        target: { name: 'Local cluster', environment: 'development', readOnly: false },
        profileId: 'local',
      },
      [{ sql: 'EXPLAIN SELECT a' }],
      {
        stores: () => Promise.reject(new Error('no rows are kept')),
        quotaBytes: () => 0,
        changed: () => undefined,
        retryText: () => '',
        now: () => 5_000,
      },
    );
    run.start(0, 3_000).fail(new Error('nope'));
    run.finish();
    const [view] = run.views(false);
    assert.deepEqual([view?.status, view?.durationMs], ['failed', 2_000]);
  });
});
