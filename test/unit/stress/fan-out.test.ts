import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import fc from 'fast-check';
import type { RateStage, RunPlan } from '../../../src/core/stress/contract';
import { AWS_QUOTAS, planFanOut } from '../../../src/core/stress/fan-out';
import { Schedule } from '../../../src/core/stress/schedule';
import { stageWindow } from '../../../src/core/stress/stage-window';
import type { Share } from '../../../src/stress/assignments';
import { addCounts, histogramCounts } from '../../../src/stress/remote/histogram-counts';
import { legOf, legRequest } from '../../../src/stress/remote/leg';

const PLAN: RunPlan = {
  name: 'fan-out',
  workload: { type: 'lambda-transfer', functionName: 'transfer' },
  calls: 1_000_000,
  inFlight: 900,
  workers: 1,
  accounts: 1_000_000,
  amount: 1,
  seed: 1,
  maxDurationSeconds: 600,
  transport: 'lean',
};
const SQL: RunPlan['workload'] = {
  type: 'sql-transfer',
  retry: { maxAttempts: 5, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 },
};
const billed = { billed: true };

describe('planning a fanned-out run', () => {
  it('splits calls and calls in flight, and adds up to the plan', () => {
    const { shares, concurrency, connections } = planFanOut(PLAN, { ...billed, generators: 7 });
    const sum = (of: 'calls' | 'inFlight') => shares.reduce((total, share) => total + share[of], 0);
    assert.deepEqual([shares.length, sum('calls'), sum('inFlight')], [7, 1_000_000, 900]);
    assert.deepEqual([concurrency, connections], [907, 900]);
    assert.ok(shares.every(({ startDelayMs }) => startDelayMs === 0));
  });

  it('is told with one generator too, the share of the largest where they differ', () => {
    const told = (generators: number): string | undefined =>
      planFanOut({ ...PLAN, calls: 1_001 }, { ...billed, generators }).rows.find(({ label }) => label === 'Generators')
        ?.value;
    assert.match(told(1) ?? '', /^1 function of .* MB, 1,001 calls and 900 in flight each$/);
    assert.match(told(2) ?? '', /^2 functions of .* MB, 501 calls and 450 in flight each$/);
  });

  it('opens no connection before burst and rate allow it', () => {
    const { burst, rate } = { burst: AWS_QUOTAS.connectionBurst, rate: AWS_QUOTAS.connectionsPerSecond };
    const { shares, rampSeconds, rows } = planFanOut(
      { ...PLAN, workload: SQL, inFlight: 5_000 },
      { ...billed, generators: 10 },
    );
    let open = 0;
    for (const { inFlight, startDelayMs } of shares) {
      open += inFlight;
      assert.ok(open <= burst + (rate * startDelayMs) / 1000, `${open} connections after ${startDelayMs} ms`);
    }
    assert.equal(rampSeconds, 40);
    const ramp = rows.find(({ label }) => label === 'Ramp')?.value;
    assert.equal(ramp, '40 s: 1,000 connections at once, then 100 a second');
  });

  it('names what it costs, and that the laptop costs nothing', () => {
    const cost = (isBilled: boolean): string =>
      planFanOut(PLAN, { billed: isBilled, generators: 4 }).rows.find(({ label }) => label.startsWith('Cost'))?.value ??
      '';
    // 4 x 600 s x 1.7275 GB x 0.0000166667 + 40 requests, and a million calls of 50 ms at 0.5 GB
    assert.match(cost(true), /^\$0\.6858 in us-east-1, of which \$0\.6167 for 1,000,000 calls/);
    assert.match(cost(false), /none/);
  });

  it('goes up to the quotas, and says how far', () => {
    const planned = (change: Partial<RunPlan>, generators: number, legSeconds?: number) =>
      planFanOut(
        { ...PLAN, ...change },
        { ...billed, generators, ...(legSeconds === undefined ? {} : { legSeconds }) },
      );
    assert.equal(planned({ inFlight: 998 }, 2).concurrency, 1_000);
    assert.equal(planned({ workload: SQL, inFlight: 10_000 }, 10).connections, 10_000);
    assert.equal(planned({ workload: SQL, inFlight: 10_000 }, 10).concurrency, 10);
    for (const leg of [1, 840]) assert.equal(planned({}, 2, leg).legSeconds, leg);
    for (const leg of [0.9, 840.1]) assert.throws(() => planned({}, 2, leg), { code: 'STRESS_FANOUT_INVALID' });
    assert.throws(() => planned({ workload: SQL, inFlight: 2_001 }, 2), { nextStep: /^Use at least 3 generators/ });
    assert.throws(() => planned({ inFlight: 999 }, 2), { nextStep: /ask for at most 998 calls in flight/ });
    const quotas = { ...AWS_QUOTAS, lambdaConcurrency: 50 };
    assert.throws(() => planFanOut(PLAN, { ...billed, generators: 40, quotas }), {
      nextStep: /ask for fewer generators/,
    });
  });

  it('asks Lambda for executions no faster than it adds them', () => {
    const quotas = { ...AWS_QUOTAS, lambdaConcurrency: 10_000, connectionBurst: 10_000 };
    const { shares } = planFanOut({ ...PLAN, inFlight: 4_000 }, { ...billed, generators: 4, quotas });
    assert.deepEqual(
      shares.map(({ startDelayMs }) => startDelayMs),
      [0, 10_000, 20_000, 30_000],
    );
    const sql = planFanOut({ ...PLAN, workload: SQL, inFlight: 4_000 }, { ...billed, generators: 4, quotas });
    assert.equal(sql.rampSeconds, 0, 'connections of its own wait for no execution');
  });

  it('tells how it ramps up, and who opens connections', () => {
    const row = (label: string, change: Partial<RunPlan> = {}): string | undefined =>
      planFanOut({ ...PLAN, ...change }, { ...billed, generators: 2 }).rows.find(each => each.label === label)?.value;
    assert.equal(row('Ramp'), 'none: within the burst of 1,000 connections');
    assert.match(row('Ramp', { stages: [{ ratePerSecond: 9, durationSeconds: 9 }] }) ?? '', /^as the stages say/);
    assert.equal(row('Database connections'), '900 of 10,000, opened by the invoked function');
    assert.equal(
      row('Database connections', { workload: SQL }),
      '900 of 10,000, opened by the generators, anew in each leg',
    );
    // 2 x 60 s x 1.7275 GB x 0.0000166667 and 12 requests
    assert.match(
      row('Cost of Lambda, at most', { workload: SQL, durationSeconds: 60 }) ?? '',
      /^\$0\.0035 in us-east-1; /,
    );
  });

  it('has legs that are no shorter than the cluster takes to accept the connections of each', () => {
    const legs = (inFlight: number, change: Partial<RunPlan> = {}, legSeconds?: number): number =>
      planFanOut(
        { ...PLAN, workload: SQL, inFlight, ...change },
        { ...billed, generators: 10, ...(legSeconds && { legSeconds }) },
      ).legSeconds;
    assert.deepEqual([legs(900), legs(1_000), legs(1_001), legs(10_000)], [10, 10, 11, 100]);
    assert.equal(legs(900, { workload: PLAN.workload }), 10);
    assert.throws(() => legs(300, {}, 2), { nextStep: /^Each leg opens its 300 connections anew, .* at least 3 s/ });
    assert.deepEqual([legs(300, {}, 3), legs(300, { durationSeconds: 2 }, 2)], [3, 2], 'a single leg opens them once');
  });

  it('counts both legs of a generator where the next one begins before the last calls of the one before have ended', () => {
    const stages: RateStage[] = [{ ratePerSecond: 9, durationSeconds: 30 }];
    const planned = (change: Partial<RunPlan>, legSeconds?: number) =>
      planFanOut(
        { ...PLAN, stages, inFlight: 400, ...change },
        { ...billed, generators: 7, ...(legSeconds && { legSeconds }) },
      );
    const invoking = planned({});
    assert.deepEqual([invoking.concurrency, invoking.connections], [414, 400]);
    const row = (label: string, { rows } = invoking) => rows.find(each => each.label === label)?.value;
    assert.equal(row('Lambda concurrency'), '414 of 1,000: 14 for generators, 400 for calls');
    const direct = planned({ workload: SQL });
    assert.deepEqual([direct.concurrency, direct.connections], [14, 800]);
    assert.match(row('Database connections', direct) ?? '', /^800 of 10,000, .* anew in each leg, beside those of/);
    const once = planned({ workload: SQL }, 30);
    assert.deepEqual([once.concurrency, once.connections], [7, 400]);
    assert.throws(() => planned({ inFlight: 987 }), { nextStep: /ask for at most 986 calls in flight/ });
  });

  for (const [what, change, options] of [
    ['more executions than the account allows', { inFlight: 999 }, { generators: 2 }],
    ['more connections than a cluster takes', { workload: SQL, inFlight: 10_001 }, { generators: 20 }],
    ['more connections than a generator opens', { workload: SQL, inFlight: 2_001 }, { generators: 2 }],
    ['more generators than calls in flight', { inFlight: 3 }, { generators: 4 }],
    ['no generator', {}, { generators: 0 }],
    ['legs longer than Lambda runs', {}, { generators: 2, legSeconds: 900 }],
    ['a module of the user', { workload: { type: 'custom', module: '/load.ts' } }, { generators: 2 }],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(() => planFanOut({ ...PLAN, ...(change as Partial<RunPlan>) }, { ...billed, ...options }), {
        code: 'STRESS_FANOUT_INVALID',
      });
    });
});

describe('legs', () => {
  const stage = fc.record<RateStage>({
    ratePerSecond: fc.integer({ min: 0, max: 500 }),
    durationSeconds: fc.integer({ min: 1, max: 20 }),
    approach: fc.constantFrom('ramp', 'step'),
  });

  it('of a schedule ask for the same rate at every moment, and together for the same calls', () => {
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 15 }), (stages, leg) => {
        const whole = new Schedule(stages);
        let calls = 0;
        let legs = 0;
        for (let from = 0; from * 1000 < whole.durationMs; from += leg, legs++) {
          const window = new Schedule(stageWindow(stages, from, from + leg));
          calls += window.calls;
          for (const share of [0.1003, 0.5007, 0.9001]) {
            const ms = share * Math.min(leg * 1000, whole.durationMs - from * 1000);
            const [cut, full] = [window.rateAt(ms), whole.rateAt(from * 1000 + ms)];
            assert.ok(Math.abs(cut - full) <= 0.01 + full * 0.001, `${cut} and ${full} a second`);
          }
        }
        // a leg's last call is a whole one
        assert.ok(Math.abs(calls - whole.calls) <= legs, `${calls} and ${whole.calls} calls`);
      }),
    );
  });

  const share: Share = {
    drive: {
      type: 'lambda',
      functionName: 'transfer',
      transport: 'lean',
      connections: 4,
      target: { region: 'us-east-1', credentials: { accessKeyId: 'AKID', secretAccessKey: 'very secret' } },
    },
    pace: { type: 'closed', batches: false, durationMs: 100_000 },
    worker: 0,
    workers: 2,
    distribution: { type: 'uniform' },
    warmupMs: 70_000,
    calls: 1_000,
    inFlight: 40,
    accounts: 10,
    amount: 1,
    seed: 5,
  };

  it('do what is left, with seeds of their own', () => {
    const first = legOf(share, { number: 0, elapsedMs: 0, started: 0 }, 60_000);
    const second = legOf(share, { number: 1, elapsedMs: 60_000, started: 990 }, 60_000);
    assert.deepEqual([first?.pace, first?.warmupMs, first?.seed], [{ ...share.pace, durationMs: 60_000 }, 70_000, 5]);
    assert.deepEqual([second?.pace, second?.warmupMs], [{ ...share.pace, durationMs: 40_000 }, 10_000]);
    assert.deepEqual([second?.calls, second?.inFlight], [10, 10]);
    assert.notEqual(second?.seed, first?.seed);
    assert.equal(legOf(share, { number: 2, elapsedMs: 100_000, started: 990 }, 60_000), undefined);
    assert.equal(legOf(share, { number: 2, elapsedMs: 1, started: 1_000 }, 60_000), undefined);
  });

  it('carry no keys', () => {
    assert.doesNotMatch(JSON.stringify(legRequest(share, 0, 0)), /secret|AKID|credentials/i);
  });
});

describe('histograms that travel', () => {
  const histogram = () => createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });

  it('arrive with every count, also added to others', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_600_000_000 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, values, (one, other) => {
        const [a, b, together, sum] = [histogram(), histogram(), histogram(), histogram()];
        for (const [part, of] of [
          [a, one],
          [b, other],
        ] as const)
          for (const [value, times] of of)
            for (let i = 0; i < times; i++) {
              part.record(value);
              together.record(value);
            }
        for (const part of [a, b]) addCounts(sum, JSON.parse(JSON.stringify(histogramCounts(part))) as number[]);
        assert.equal(sum.count, together.count);
        for (const p of [0.1, 1, 10, 50, 90, 99, 99.9, 100]) assert.equal(sum.percentile(p), together.percentile(p));
      }),
      { numRuns: 30 },
    );
  });
});
