import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../../src/core/stress/random';
import { accountSampler } from '../../../src/core/stress/accounts';
import type { RateStage } from '../../../src/core/stress/contract';
import { Schedule } from '../../../src/core/stress/schedule';

const times = (stages: RateStage[]): number[] => {
  const schedule = new Schedule(stages);
  return Array.from({ length: schedule.calls }, (_, i) => schedule.timeOf(i) ?? assert.fail(`call ${i} has no time`));
};

describe('random numbers of a seed', () => {
  it('are those of sfc32 behind splitmix32, the same on every machine', () => {
    const drawn = (seed: number, count: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: count }, () => random() * 2 ** 32);
    };
    assert.deepEqual(drawn(1, 3), [2_420_951_833, 2_513_034_076, 3_847_892_949]);
    assert.deepEqual(drawn(0, 1), [2_899_526_011]);
  });
});

describe('the schedule of an open loop', () => {
  it('spaces calls evenly: never a second’s quota at once', () => {
    const due = times([{ ratePerSecond: 100, durationSeconds: 10 }]);
    assert.equal(due.length, 1000);
    due.forEach((at, i) => assert.ok(Math.abs(at - i * 10) < 1e-6, `call ${i} at ${at}`));
  });

  it('ramps linearly: the number of calls up to a moment is the area below the rate', () => {
    const due = times([
      { ratePerSecond: 200, durationSeconds: 10, approach: 'ramp' },
      { ratePerSecond: 200, durationSeconds: 1 },
      { ratePerSecond: 0, durationSeconds: 10, approach: 'ramp' },
    ]);
    assert.equal(due.length, 1000 + 200 + 1000);
    const upTo = (ms: number): number => due.filter(at => at < ms).length;
    // 10 a second squared: t seconds into the ramp 10 t^2 calls
    for (const seconds of [1, 3, 5, 8]) assert.ok(Math.abs(upTo(seconds * 1000) - 10 * seconds ** 2) <= 1);
    assert.ok(Math.abs(upTo(11_000) - 1200) <= 1);
    assert.ok(Math.abs(upTo(16_000) - (1200 + 750)) <= 1, 'three quarters of the way down after half the time');
    assert.equal(new Schedule([{ ratePerSecond: 200, durationSeconds: 10, approach: 'ramp' }]).rateAt(5000), 100);
  });

  it('holds for any stages: times ascend, lie within the run, and their number is the area', () => {
    const stage = fc.record({
      ratePerSecond: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 500, noNaN: true })),
      durationSeconds: fc.double({ min: 0.01, max: 5, noNaN: true }),
      approach: fc.constantFrom('ramp' as const, 'step' as const),
    });
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 5 }), stages => {
        let [rate, area, totalMs] = [0, 0, 0];
        for (const { ratePerSecond, durationSeconds, approach } of stages) {
          area += ((approach === 'ramp' ? rate + ratePerSecond : 2 * ratePerSecond) / 2) * durationSeconds;
          rate = ratePerSecond;
          totalMs += durationSeconds * 1000;
        }
        const due = times(stages);
        assert.ok(Math.abs(due.length - area) <= 1 + 1e-6);
        due.forEach((at, i) => {
          assert.ok(Number.isFinite(at) && at >= 0 && at <= totalMs + 1e-6);
          assert.ok(i === 0 || at >= (due[i - 1] ?? 0) - 1e-6);
        });
      }),
    );
  });

  it('asks for a rate on average as far as it goes: that of a ramp half way, none beyond', () => {
    const schedule = new Schedule([
      { ratePerSecond: 200, durationSeconds: 2, approach: 'ramp' },
      { ratePerSecond: 50, durationSeconds: 1 },
    ]);
    const means = [
      [0, 2_000, 100],
      [0, 1_000, 50],
      [1_000, 2_000, 150],
      [1_500, 2_500, 112.5],
      [2_200, 2_300, 50],
      [2_500, 9_000, 50],
      [3_000, 4_000, 0],
      [0, 9_000, 250 / 3],
    ] as const;
    for (const [fromMs, toMs, mean] of means)
      assert.ok(Math.abs(schedule.meanRate(fromMs, toMs) - mean) < 1e-5, `${fromMs} to ${toMs}`);
    assert.equal(new Schedule([{ ratePerSecond: 0.1, durationSeconds: 30 }]).meanRate(7_000, 8_000), 0.1);
  });

  it('is shared by workers so that their calls interleave', () => {
    const schedule = new Schedule([{ ratePerSecond: 300, durationSeconds: 2 }]);
    const all = [0, 1, 2].flatMap(worker => {
      const own: number[] = [];
      for (let i = worker; i < schedule.calls; i += 3) own.push(schedule.timeOf(i) ?? NaN);
      own.forEach((at, i) => i > 0 && assert.ok(Math.abs(at - (own[i - 1] ?? 0) - 10) < 1e-6));
      return own;
    });
    assert.deepEqual(
      all.sort((a, b) => a - b),
      times([{ ratePerSecond: 300, durationSeconds: 2 }]),
    );
  });
});

describe('accounts by Zipf’s law', () => {
  for (const exponent of [0.5, 1, 1.1, 2.5]) {
    it(`come as often as they should with exponent ${exponent} (chi-squared)`, () => {
      const [accounts, draws] = [50, 100_000];
      const sample = accountSampler({ type: 'zipf', exponent }, accounts, seededRandom(9));
      const seen = new Array<number>(accounts + 1).fill(0);
      for (let i = 0; i < draws; i++) {
        const account = sample();
        assert.ok(Number.isInteger(account) && account >= 1 && account <= accounts);
        seen[account] = (seen[account] ?? 0) + 1;
      }
      const weights = Array.from({ length: accounts }, (_, i) => 1 / (i + 1) ** exponent);
      const total = weights.reduce((a, b) => a + b, 0);
      const chi2 = weights.reduce((sum, weight, i) => {
        const expected = (draws * weight) / total;
        return sum + ((seen[i + 1] ?? 0) - expected) ** 2 / expected;
      }, 0);
      // 49 degrees of freedom: 99.9 % of fair samples stay below 85.4
      assert.ok(chi2 < 85.4, String(chi2));
    });
  }

  it('are drawn as quickly from two thousand million', () => {
    const sample = accountSampler({ type: 'zipf', exponent: 1.1 }, 2_000_000_000, seededRandom(1));
    const seen = Array.from({ length: 20_000 }, sample);
    assert.ok(seen.filter(account => account === 1).length > 1_000);
    assert.ok(seen.some(account => account > 1_000_000));
  });
});
