import assert from 'node:assert/strict';
import { Latencies } from '../../../src/stress/latencies';
import { newRecordings } from '../../../src/stress/recordings';

describe('merged latencies', () => {
  it('are merged again only when little time goes into it, and always when asked to be exact', () => {
    const recordings = newRecordings();
    let at = 0;
    // each look at the clock costs 10 ms: so does a merge
    const latencies = new Latencies(
      () => [recordings],
      () => (at += 10),
    );
    const count = (exact: boolean): number => latencies.current(exact).latency.count;
    assert.equal(count(false), 0);
    recordings.latency.record(5);
    assert.equal(count(false), 0, 'merged 10 ms ago, and that took 10 ms');
    assert.equal(count(true), 1);
    recordings.latency.record(5);
    at += 300;
    assert.equal(count(false), 2);
  });
});
