import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SeriesPoint } from '../../../src/core/stress/contract';
import { CallCounters } from '../../../src/core/stress/counters';
import { Schedule } from '../../../src/core/stress/schedule';
import type { CallOutcome } from '../../../src/core/stress/outcome';
import { newRecordings, WINDOW_COUNTS, WindowWriter } from '../../../src/stress/recordings';
import { inFlightOf, Seconds, type SecondsPorts } from '../../../src/stress/seconds';

const OK: CallOutcome = { retries: 0 };

/** A worker's calls as they end, and a controller that looks when the test says so. */
class Run {
  readonly counters = new CallCounters();
  private readonly recordings = newRecordings();
  private readonly window = new WindowWriter(this.recordings);
  readonly seconds: Seconds;

  constructor(warmupSeconds = 0, targetOver?: SecondsPorts['targetOver']) {
    const ports = {
      ...{ counters: () => CallCounters.sum([this.counters]), recordings: () => [this.recordings] },
      ...(targetOver && { targetOver }),
    };
    this.seconds = new Seconds(ports, warmupSeconds);
  }

  ended(atMs: number, calls: number, latencyMs = 5, outcome = OK): void {
    for (let call = 0; call < calls; call++) {
      this.counters.started();
      this.window.ended(atMs, latencyMs * 1000, outcome);
      this.counters.ended(outcome);
    }
  }

  dropped(atMs: number): void {
    this.window.dropped(atMs);
    this.counters.dropped();
  }
}

const sum = (points: readonly SeriesPoint[], name: (typeof WINDOW_COUNTS)[number]): number =>
  points.reduce((total, point) => total + point[name], 0);

describe('the seconds of a run', () => {
  it('hold what ended in each of them, however late they are looked at', () => {
    const run = new Run();
    run.ended(500, 40);
    run.ended(1_999, 30, 8);
    run.ended(3_000, 50, 5, { retries: 2, errorClass: 'occ-data' });
    run.ended(4_010, 9);
    run.dropped(3_500);
    // the controller's thread was held up for four seconds
    run.seconds.tick(4_100);
    assert.deepEqual(
      run.seconds.points().map(point => [point.atMs, ...WINDOW_COUNTS.map(name => point[name])]),
      [
        [1_000, 40, 0, 0, 0, 0],
        [2_000, 30, 0, 0, 0, 0],
        [3_000, 0, 0, 0, 0, 0],
        [4_000, 0, 50, 150, 100, 1],
      ],
    );
    assert.deepEqual(
      run.seconds.points().map(({ p50 }) => Math.round(p50)),
      [5, 8, 0, 5],
    );
  });

  it('keep the rate that was asked for, though the last calls end some milliseconds after the schedule', () => {
    const stages = [100, 300].map(ratePerSecond => ({ ratePerSecond, durationSeconds: 1 }));
    const schedule = new Schedule(stages);
    const run = new Run(0, (fromMs, toMs) => schedule.meanRate(fromMs, toMs));
    run.ended(500, 100);
    run.ended(1_500, 299);
    run.ended(2_030, 1);
    run.seconds.end(2_050);
    assert.deepEqual(
      run.seconds.points().map(({ atMs, succeeded, targetPerSecond }) => [atMs, succeeded, targetPerSecond]),
      [
        [1_000, 100, 100],
        [2_050, 300, 300],
      ],
    );
  });

  it('lose no call that ends with the run, just after a whole second', () => {
    for (const endMs of [3_000, 3_000.4, 3_000.9, 3_001.5, 3_050, 3_999.9]) {
      const run = new Run();
      run.ended(1_500, 10);
      run.ended(endMs, 3);
      // clocks of threads differ by fractions of a millisecond
      run.ended(endMs + 0.3, 1);
      run.seconds.end(endMs);
      assert.equal(sum(run.seconds.points(), 'succeeded'), 14, `${endMs} ms`);
    }
  });

  it('lose no call when they are looked at too late even for that, and have no latency then', () => {
    const run = new Run();
    for (let second = 0; second < 20; second++) run.ended(second * 1000 + 10, 10);
    run.seconds.end(20_000);
    const points = run.seconds.points();
    assert.equal(points.length, 20);
    assert.equal(sum(points, 'succeeded'), 200);
    assert.deepEqual([points[0]?.p50, points[0]?.succeeded, points.at(-1)?.succeeded], [0, 120, 10]);
  });

  it('do not end with one of some milliseconds, whose rate would say nothing', () => {
    const run = new Run();
    run.ended(400, 100);
    run.ended(1_001, 2, 30);
    run.seconds.tick(1_060);
    run.seconds.end(1_062);
    const [point, ...more] = run.seconds.points();
    assert.deepEqual([point?.atMs, point?.succeeded, more.length], [1_062, 102, 0]);
    assert.equal(Math.round(point?.max ?? 0), 30);
    assert.equal(run.seconds.last?.succeeded, 102);
  });

  it('end with one of its own where its length tells a rate', () => {
    const run = new Run();
    run.ended(500, 10);
    run.ended(1_500, 6);
    run.seconds.end(1_600);
    assert.deepEqual(
      run.seconds.points().map(({ atMs, succeeded }) => [atMs, succeeded]),
      [
        [1_000, 10],
        [1_600, 6],
      ],
    );
  });

  it('count what is under way, of the warm-up too', () => {
    const counters = new CallCounters();
    const failed: CallOutcome = { retries: 0, errorClass: 'occ-data' };
    for (let call = 0; call < 9; call++) counters.warmupStarted();
    for (let call = 0; call < 20; call++) counters.started();
    for (const outcome of [OK, OK, OK, failed]) counters.warmupEnded(outcome);
    for (const outcome of [OK, OK, failed]) counters.ended(outcome);
    assert.equal(inFlightOf(CallCounters.sum([counters])), 9 - 4 + 20 - 3);
  });

  it('of a run shorter than that are one', () => {
    const run = new Run();
    run.ended(3, 1);
    run.seconds.end(4);
    assert.deepEqual(
      run.seconds.points().map(({ atMs, succeeded }) => [atMs, succeeded]),
      [[4, 1]],
    );
  });

  it('have every call and every drop in them, whatever happens when', () => {
    const step = fc.record({
      gapMs: fc.nat({ max: 2_500 }),
      what: fc.constantFrom('ended', 'failed', 'dropped', 'look', 'look'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat({ max: 3 }), (steps, warmupSeconds) => {
        const run = new Run(warmupSeconds);
        let nowMs = warmupSeconds * 1000 + 1;
        for (const { gapMs, what } of steps) {
          nowMs += gapMs;
          if (what === 'look') run.seconds.tick(nowMs);
          else if (what === 'dropped') run.dropped(nowMs);
          else run.ended(nowMs, 1, 5, what === 'ended' ? OK : { retries: 1, errorClass: 'occ-data' });
        }
        run.seconds.end(nowMs + 1);
        const points = run.seconds.points();
        const counted = CallCounters.sum([run.counters]);
        for (const name of WINDOW_COUNTS) assert.equal(sum(points, name), counted[name], name);
        assert.ok(points.every(({ atMs }, i) => atMs > (points[i - 1]?.atMs ?? 0)));
      }),
      { numRuns: 300 },
    );
  });
});
