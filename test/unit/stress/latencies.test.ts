import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { distributionOf } from '../../../src/stress/distribution';
import { Latencies } from '../../../src/stress/latencies';
import { newRecordings } from '../../../src/stress/recordings';

describe('merged latencies', () => {
  it('of few workers are those of every moment', () => {
    const recordings = newRecordings();
    const latencies = new Latencies(() => [recordings]);
    const count = (exact: boolean): number => latencies.current(exact).latency.count;
    assert.equal(count(false), 0);
    recordings.latency.record(5);
    assert.equal(count(false), 1);
    recordings.latency.record(5);
    assert.equal(count(true), 2);
  });

  it('of many are added up a few at a look, are always those of all workers, and never stand still', () => {
    const WORKERS = 50;
    const all = Array.from({ length: WORKERS }, newRecordings);
    const latencies = new Latencies(() => all);
    const record = (): void => {
      for (const { latency, handlerLatency } of all) {
        latency.record(5_000);
        handlerLatency.record(3_000);
      }
    };
    record();
    let fresh = -1;
    let look = 0;
    for (let rounds = 1; rounds <= 3; look++) {
      const { latency, handlerLatency, overheadLatency } = latencies.current(false);
      assert.equal(latency.count % WORKERS, 0, 'some workers were left out');
      assert.deepEqual([handlerLatency.count, overheadLatency.count], [latency.count, 0]);
      if (latency.count < rounds * WORKERS) {
        // ten looks a second: figures are two seconds old at most
        assert.ok(look - fresh <= 20, `nothing new in ${look - fresh} looks`);
        continue;
      }
      assert.ok(look - fresh > 5, 'all were added up at once');
      fresh = look;
      rounds++;
      record();
    }
    assert.equal(latencies.current(true).latency.count, 4 * WORKERS);
    assert.equal(Math.round(latencies.distribution().latency.at(-1)?.[1] ?? 0), 5);
  });
});

describe('the distribution of latencies', () => {
  const of = (calls: number): [number, number][] => {
    const histogram = createHistogram({ highest: 1_000_000, figures: 3 });
    for (let call = 1; call <= calls; call++) histogram.record(call * 100);
    return distributionOf(histogram);
  };

  it('has five steps in each half of what is left, as the plotters of HdrHistogram draw it', () => {
    assert.deepEqual(
      of(1_000)
        .slice(0, 17)
        .map(([percentile]) => percentile),
      [0, 10, 20, 30, 40, 50, 55, 60, 65, 70, 75, 77.5, 80, 82.5, 85, 87.5, 88.75],
    );
  });

  it('ends with the first step that a single value stands at, and the largest', () => {
    const points = of(1_000);
    const [before = 0, alone = 0, last] = points.slice(-3).map(([percentile]) => percentile);
    assert.ok(before <= 99.9 && alone > 99.9, `${before} ${alone}`);
    assert.equal(last, 100);
    assert.deepEqual([points[0]?.[1], Math.round(points.at(-1)?.[1] ?? 0)], [0.1, 100]);
    assert.deepEqual(of(0), []);
  });
});
