import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import fc from 'fast-check';
import { accountSampler, pairSampler } from '../../../src/core/stress/accounts';
import { ERROR_CLASSES } from '../../../src/core/stress/classify';
import type { RunPlan } from '../../../src/core/stress/contract';
import { CallCounters } from '../../../src/core/stress/counters';
import { summarize } from '../../../src/core/stress/latency';
import { normalizePlan, split } from '../../../src/core/stress/plan';
import { seededRandom, workerSeed } from '../../../src/core/stress/random';
import { SlidingRate } from '../../../src/core/stress/rate';
import { mergeHistograms } from '../../../src/stress/histogram';

describe('the stress model', () => {
  it('the same seed gives the same pairs, workers differ', () => {
    const pairs = (seed: number): string => {
      const next = pairSampler(accountSampler({ type: 'uniform' }, 1000, seededRandom(seed)), 1000);
      return JSON.stringify(Array.from({ length: 50 }, next));
    };
    assert.equal(pairs(workerSeed(1, 0)), pairs(workerSeed(1, 0)));
    assert.notEqual(pairs(workerSeed(1, 0)), pairs(workerSeed(1, 1)));
    assert.notEqual(pairs(workerSeed(1, 0)), pairs(workerSeed(2, 0)));
  });

  it('payer and payee are accounts that exist and differ', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 1e9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, n, share) => {
          const random = seededRandom(seed);
          for (const distribution of [{ type: 'uniform' }, { type: 'hot-set', accounts: 1, share }] as const) {
            const next = pairSampler(accountSampler(distribution, n, random), n);
            for (let i = 0; i < 20; i++) {
              const { payer, payee } = next();
              assert.notEqual(payer, payee);
              for (const id of [payer, payee]) assert.ok(Number.isInteger(id) && id >= 1 && id <= n);
            }
          }
        },
      ),
    );
  });

  it('uniform pairs are uniform (chi-squared over all ordered pairs of ten accounts)', () => {
    const next = pairSampler(accountSampler({ type: 'uniform' }, 10, seededRandom(42)), 10);
    const seen = new Map<string, number>();
    const draws = 90_000;
    for (let i = 0; i < draws; i++) {
      const { payer, payee } = next();
      const key = `${payer}>${payee}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    assert.equal(seen.size, 90);
    const expected = draws / 90;
    const chi2 = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 89 degrees of freedom: 99.9 % of fair samples stay below 136.
    assert.ok(chi2 < 136, String(chi2));
  });

  it('a hot set gets its share', () => {
    const sample = accountSampler({ type: 'hot-set', accounts: 10, share: 0.8 }, 1_000_000, seededRandom(3));
    let hot = 0;
    for (let i = 0; i < 10_000; i++) if (sample() <= 10) hot++;
    assert.ok(hot > 7_800 && hot < 8_200, String(hot));
  });

  it('shares add up and differ by one at most', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 64 }), (total, parts) => {
        const shares = split(total, parts);
        assert.equal(
          shares.reduce((a, b) => a + b, 0),
          total,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  it('merged histograms give the percentiles of all values, which averages do not', () => {
    const fast = createHistogram();
    const slow = createHistogram();
    for (let i = 0; i < 990; i++) fast.record(1_000);
    for (let i = 0; i < 10; i++) slow.record(1_000_000);
    const all = summarize(mergeHistograms([fast, slow]));
    assert.equal(all.count, 1000);
    assert.ok(Math.abs(all.p50 - 1) < 0.01 && Math.abs(all.p99 - 1) < 0.01, JSON.stringify(all));
    assert.ok(all.p999 > 990 && all.max >= all.p999);
    assert.deepEqual(summarize(createHistogram()), {
      count: 0,
      min: 0,
      mean: 0,
      p50: 0,
      p90: 0,
      p95: 0,
      p99: 0,
      p999: 0,
      max: 0,
    });
  });

  it('a summary holds each percentile by its name, in milliseconds', () => {
    const histogram = createHistogram();
    for (let ms = 1; ms <= 1_000; ms++) histogram.record(ms * 1_000);
    const expected = { min: 1, mean: 500.5, p50: 500, p90: 900, p95: 950, p99: 990, p999: 999, max: 1_000 };
    const { count, ...figures } = summarize(histogram);
    assert.equal(count, 1_000);
    assert.deepEqual(Object.keys(figures).sort(), Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) {
      const actual = figures[name as keyof typeof expected];
      assert.ok(Math.abs(actual - value) <= value * 0.002, `${name} is ${actual}, not ${value}`);
    }
  });

  it('counters add up over workers and are seen through shared memory', () => {
    const one = new CallCounters();
    const sameMemory = new CallCounters(one.buffer);
    const two = new CallCounters();
    for (const counters of [one, two]) for (let i = 0; i < 3; i++) counters.started();
    one.ended({ retries: 0 });
    one.ended({ retries: 5, errorClass: 'occ-data', exhausted: true });
    two.ended({ retries: 2 });
    assert.deepEqual(CallCounters.sum([sameMemory, two]), {
      started: 6,
      succeeded: 2,
      failed: 1,
      retries: 7,
      maxRetries: 5,
      callsWithRetries: 2,
      exhausted: 1,
      errors: { 'occ-data': 1 },
      conflicts: 8,
      dropped: 0,
      retryCounts: [1, 0, 1, 0, 0, 1],
      warmup: { started: 0, succeeded: 0, failed: 0 },
      acknowledged: 2,
      placementShift: 0,
      unknown: 0,
      unreached: 0,
      others: 3,
    });
    const each = new CallCounters();
    for (const errorClass of ERROR_CLASSES) each.ended({ retries: 0, errorClass });
    assert.deepEqual(CallCounters.sum([each]).errors, Object.fromEntries(ERROR_CLASSES.map(name => [name, 1])));
  });

  it('the sliding rate forgets what is older than its window', () => {
    const rate = new SlidingRate(1000);
    for (let at = 100; at <= 2000; at += 100) rate.sample(at, at);
    for (let at = 2100; at < 3000; at += 100) rate.sample(at, 2000);
    assert.equal(rate.sample(3000, 2000), 0);
    assert.equal(rate.sample(3500, 2500), 500);
  });

  const plan: RunPlan = {
    name: 'p',
    workload: { type: 'lambda-transfer', functionName: 'bank' },
    calls: 10,
    inFlight: 100,
    workers: 8,
    accounts: 10,
    amount: 1,
    seed: 1,
    maxDurationSeconds: 1,
    transport: 'lean',
  };

  it('a plan never has more workers or calls in flight than calls', () => {
    const { inFlight, workers } = normalizePlan({ ...plan, calls: 3 });
    assert.deepEqual({ inFlight, workers }, { inFlight: 3, workers: 3 });
  });

  for (const bad of [
    { calls: 0 },
    { calls: 1.5 },
    { calls: NaN },
    { inFlight: 0 },
    { inFlight: 1e9 },
    { workers: 65 },
    { accounts: 1 },
    { amount: 0 },
    { amount: -1 },
    { maxDurationSeconds: 0 },
    { maxDurationSeconds: Infinity },
    { seed: 0.5 },
    { durationSeconds: 5, warmupSeconds: 5 },
    { durationSeconds: 11, maxDurationSeconds: 10 },
    { stages: [{ ratePerSecond: 5, durationSeconds: 2 }], warmupSeconds: 3 },
    {
      stages: [
        { ratePerSecond: 5, durationSeconds: 6 },
        { ratePerSecond: 9, durationSeconds: 6 },
      ],
      maxDurationSeconds: 10,
    },
    { workload: { type: 'lambda-transfer', functionName: '' } },
    { workload: { type: 'sql-transfer', retry: { maxAttempts: 0, baseDelayMs: 1, maxDelayMs: 1, jitter: 1 } } },
    { workload: { type: 'sql-transfer', retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1, jitter: 2 } } },
    {
      calls: 5000,
      inFlight: 1001,
      workload: { type: 'sql-transfer', retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 } },
    },
  ] as Partial<RunPlan>[])
    it(`refuses ${JSON.stringify(bad)}`, () =>
      assert.throws(() => normalizePlan({ ...plan, ...bad }), { code: 'STRESS_PLAN_INVALID' }));
});
