import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LegSeconds, type LegSecond } from '../../../src/stress/remote/leg-seconds';

const second = (atMs: number, succeeded: number, ms: number, inFlight = 1): LegSecond => ({
  ...{ atMs, succeeded, inFlight, failed: 0, conflicts: 2 * succeeded, retries: succeeded, dropped: 0 },
  latency: succeeded > 0 ? [ms * 1000, succeeded] : [],
});

describe('seconds of legs', () => {
  it('are put where they passed in the run, and added up over the generators', () => {
    const [one, two] = [new LegSeconds(), new LegSeconds()];
    one.add([second(1_000, 10, 5), second(2_000, 20, 5)], 0);
    // begun later: the middle of its first second is in the run's second one
    two.add([second(1_000, 100, 50), second(1_600, 7, 50)], 600);
    one.add([second(1_000, 40, 5)], 2_100);
    const points = LegSeconds.points([one, two], { warmupSeconds: 0, endMs: 2_900 });
    assert.deepEqual(
      points.map(({ atMs, succeeded, conflicts, retries, inFlight }) => [
        atMs,
        succeeded,
        conflicts,
        retries,
        inFlight,
      ]),
      [
        [1_000, 10, 20, 10, 1],
        [2_000, 127, 254, 127, 3],
        [2_900, 40, 80, 40, 1],
      ],
    );
    const [first, next] = points;
    assert.ok(first && first.p99 > 4.9 && first.p99 < 5.1, `${first?.p99}`);
    assert.ok(next && next.p50 > 49 && next.p50 < 51, `${next?.p50}`);
  });

  it('have no point in the warm-up, one for each second that was silent, and none at all before the first leg ended', () => {
    const seconds = new LegSeconds();
    const target = (fromMs: number, toMs: number): number => (fromMs + toMs) / 2;
    assert.deepEqual(LegSeconds.points([seconds], { warmupSeconds: 0, endMs: 5_000 }), []);
    seconds.add([second(2_000, 1, 1)], 0);
    seconds.add([second(1_000, 4, 1)], 4_000);
    const points = LegSeconds.points([seconds], { warmupSeconds: 1, endMs: 5_000, targetOver: target });
    assert.deepEqual(
      points.map(({ atMs, succeeded, targetPerSecond }) => [atMs, succeeded, targetPerSecond]),
      [
        [2_000, 1, 1_500],
        [3_000, 0, 2_500],
        [4_000, 0, 3_500],
        [5_000, 4, 4_500],
      ],
    );
  });

  it('of a leg that began in the warm-up lie where they passed, and none in the warm-up', () => {
    const seconds = new LegSeconds(2);
    // of the first of these legs only the third second counts; of the next, begun a little late, the second one, from its middle on
    seconds.add([second(3_000, 46, 1)], 0);
    seconds.add([second(2_000, 7, 1), second(2_600, 3, 1)], 300);
    const points = LegSeconds.points([seconds], { warmupSeconds: 2, endMs: 3_000 });
    assert.deepEqual(
      points.map(({ atMs, succeeded }) => [atMs, succeeded]),
      [[3_000, 56]],
    );
  });

  it('lose no call, however the legs lie', () => {
    const leg = fc.record({
      beganMs: fc.integer({ min: 0, max: 20_000 }),
      warmup: fc.nat({ max: 3 }),
      counts: fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(leg, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(9),
        (generators, of) => {
          const all = generators.map(legs => {
            const seconds = new LegSeconds(of);
            for (const { beganMs, warmup, counts } of legs)
              seconds.add(
                counts.map((count, i) => second((warmup + i + 1) * 1000, count, 3)),
                beganMs,
              );
            return seconds;
          });
          const points = LegSeconds.points(all, { warmupSeconds: of, endMs: 30_000 });
          const told = points.reduce((sum, { succeeded }) => sum + succeeded, 0);
          const made = generators.flat().flatMap(({ counts }) => counts);
          assert.equal(
            told,
            made.reduce((sum, count) => sum + count, 0),
          );
          assert.ok(points.every(({ atMs }, i) => i === 0 || atMs > (points[i - 1]?.atMs ?? 0)));
        },
      ),
      { numRuns: 200 },
    );
  });
});
