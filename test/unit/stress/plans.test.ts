import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { planOfOptions, type StressPlanOptions } from '../../../src/cli/commands/stress-plan';
import type { RunPlan } from '../../../src/core/stress/contract';
import { estimateRunCost } from '../../../src/core/stress/cost';
import { normalizePlan } from '../../../src/core/stress/plan';
import { planOfData } from '../../../src/core/stress/plan-file';
import { STRESS_PRESETS } from '../../../src/core/stress/presets';
import { parseDistribution, parseRate, parseStage, parseWeights } from '../../../src/core/stress/notation';
import { parseSeconds } from '../../../src/core/stress/duration';

describe('plans of stress runs', () => {
  it('every preset is a plan that can run, and is bounded', () => {
    for (const { id, plan } of STRESS_PRESETS) {
      const normal = normalizePlan(plan);
      assert.ok(normal.maxDurationSeconds <= 7_200, id);
      assert.ok(estimateRunCost(normal, 'us-east-1').usd > 0, id);
    }
  });

  it('hold as many thresholds as a report shows, and no more', () => {
    const plan = (thresholds: number) => ({
      ...STRESS_PRESETS[0]!.plan,
      thresholds: Array<string>(thresholds).fill('p99<1s'),
    });
    assert.equal(normalizePlan(plan(50)).thresholds?.length, 50);
    assert.throws(() => normalizePlan(plan(51)), { code: 'STRESS_PLAN_INVALID' });
  });

  it('notations are read', () => {
    assert.deepEqual(parseStage('ramp:1,500/s:2m'), { ratePerSecond: 1500, durationSeconds: 120, approach: 'ramp' });
    assert.deepEqual(parseStage('10/s:0.5s'), {
      ratePerSecond: 10,
      durationSeconds: 0.5,
    });
    assert.deepEqual(parseDistribution('zipf:1.1'), { type: 'zipf', exponent: 1.1 });
    assert.deepEqual(parseDistribution(' zipf '), { type: 'zipf', exponent: 1 });
    assert.deepEqual(parseWeights('5:90:5'), { create: 5, get: 90, range: 5 });
    assert.deepEqual(parseDistribution('hot:10:0.8'), { type: 'hot-set', accounts: 10, share: 0.8 });
    assert.equal(parseSeconds('500ms'), 0.5);
    assert.deepEqual([parseRate('100'), parseRate('1,500/s')], [100, 1500]);
    for (const wrong of ['x', '', '-1', 'ramp:100', '100:10s'])
      assert.throws(() => parseRate(wrong), { code: 'STRESS_PLAN_INVALID' }, wrong);
    for (const wrong of ['100', '100/s', 'x:10s', '100/s:soon', 'ramp:100', '1.2.3/s:10s'])
      assert.throws(() => parseStage(wrong), { code: 'STRESS_PLAN_INVALID' }, wrong);
    for (const wrong of ['zipf:x', 'hot:3', 'even', 'uniform:1', 'hot:1:1:1'])
      assert.throws(() => parseDistribution(wrong), { code: 'STRESS_PLAN_INVALID' }, wrong);
    for (const wrong of ['5:90', '5:90:5:1', '5:x:5', ''])
      assert.throws(() => parseWeights(wrong), { code: 'STRESS_PLAN_INVALID' }, wrong);
  });

  const retry = { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 };
  it('may go to their bounds', () => {
    for (const change of [
      { workload: { type: 'sql-mix', transferShare: 1, retry } },
      { workload: { type: 'order-service', weights: { create: 0, get: 0, range: 0.5 }, retry } },
      { accounts: 10, distribution: { type: 'hot-set', accounts: 10, share: 1 } },
      { accounts: 10, distribution: { type: 'hot-set', accounts: 1, share: 0 } },
      {
        stages: [
          { ratePerSecond: 0, durationSeconds: 5 },
          { ratePerSecond: 1, durationSeconds: 5 },
        ],
      },
    ] as Partial<RunPlan>[])
      normalizePlan({ ...planOfOptions({}), ...change });
  });

  for (const [what, change] of [
    ['a function without a name', { workload: { type: 'lambda-transfer', functionName: '' } }],
    ['a module without a file', { workload: { type: 'custom', module: '' } }],
    [
      'orders without a weight',
      { workload: { type: 'order-service', weights: { create: 0, get: 0, range: 0 }, retry } },
    ],
    ['a share beyond the whole', { workload: { type: 'sql-mix', transferShare: 1.01, retry } }],
    ['a wait before it began', { workload: { type: 'sql-transfer', retry: { ...retry, baseDelayMs: -1 } } }],
    ['nothing in flight', { inFlight: 0, workload: { type: 'sql-transfer', retry } }],
    ['a hot set of nobody', { distribution: { type: 'hot-set', accounts: 0, share: 0.5 } }],
    ['a hot set of more than there are', { accounts: 10, distribution: { type: 'hot-set', accounts: 11, share: 0.5 } }],
    ['a run of no length', { durationSeconds: 0 }],
    ['batches by a schedule', { batches: true, stages: [{ ratePerSecond: 1, durationSeconds: 5 }] }],
    ['a schedule of no stage', { stages: [] }],
    ['stages that never ask for a call', { stages: [{ ratePerSecond: 0, durationSeconds: 5 }] }],
  ] as [string, Partial<RunPlan>][])
    it(`refuse ${what}`, () =>
      assert.throws(() => normalizePlan({ ...planOfOptions({}), ...change }), { code: 'STRESS_PLAN_INVALID' }));

  it('are read from data as they are written', () => {
    // a field that is left empty in YAML
    assert.deepEqual(planOfData({ accounts: null, distribution: 'hot:10:0.8' }), {
      distribution: { type: 'hot-set', accounts: 10, share: 0.8 },
    });
    const retry = { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 100, jitter: 0.25, jitterShape: 'added' };
    const stages = [
      { ratePerSecond: 5, durationSeconds: '1m', approach: 'ramp' },
      { ratePerSecond: 9, durationSeconds: 2 },
    ];
    assert.deepEqual(planOfData({ workload: { type: 'order-service', weights: { get: 9 }, retry }, stages }), {
      workload: { type: 'order-service', weights: { create: 0, get: 9, range: 0 }, retry },
      stages: [{ ratePerSecond: 5, durationSeconds: 60, approach: 'ramp' }, stages[1]],
    });
  });

  it('options go over the file, the file over the preset', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stress-plan-'));
    try {
      const file = path.join(folder, 'plan.yaml');
      fs.writeFileSync(
        file,
        'name: mine\nworkload: {type: sql-transfer, retry: connector}\nstages: ["50/s:10s"]\naccounts: 77\nwarmupSeconds: 500ms\n',
      );
      const plan = planOfOptions({ preset: 'hot-rows', plan: file, accounts: '99', retry: 'none' });
      assert.equal(plan.name, 'mine');
      assert.equal(plan.accounts, 99);
      assert.equal(plan.warmupSeconds, 0.5);
      assert.deepEqual(plan.stages, [{ ratePerSecond: 50, durationSeconds: 10 }]);
      assert.equal(plan.workload.type === 'sql-transfer' && plan.workload.retry.maxAttempts, 1);
      assert.deepEqual(plan.distribution, { type: 'zipf', exponent: 1.1 });
      fs.writeFileSync(file, 'workload: {type: custom, module: ./load.ts}\n');
      assert.deepEqual(planOfOptions({ plan: file }).workload, {
        type: 'custom',
        module: path.join(folder, 'load.ts'),
      });
      fs.writeFileSync(file, 'inflight: 3\n');
      assert.throws(() => planOfOptions({ plan: file }), /inflight cannot be read: there is no such field.*inFlight/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('gives up where it is told to, in each of the places that tell', () => {
    assert.equal(planOfOptions({ giveUpAfter: '2m' }).giveUpAfterSeconds, 120);
    assert.equal(planOfOptions({ giveUpAfter: '0' }).giveUpAfterSeconds, 0);
    assert.equal(planOfOptions({}).giveUpAfterSeconds, undefined);
    assert.deepEqual(planOfData({ giveUpAfterSeconds: '500ms' }), { giveUpAfterSeconds: 0.5 });
    const wrong = { ...planOfOptions({}), giveUpAfterSeconds: -1 };
    assert.throws(() => normalizePlan(wrong), { code: 'STRESS_PLAN_INVALID' });
  });

  it('a rate is an open loop, a duration alone a closed one; both are bounded by themselves', () => {
    const open = planOfOptions({ rate: '200', duration: '10s' });
    assert.deepEqual(open.stages, [{ ratePerSecond: 200, durationSeconds: 10 }]);
    assert.equal(open.durationSeconds, undefined);
    assert.equal(open.maxDurationSeconds, 70);
    const closed = planOfOptions({ preset: 'ramp', duration: '5s' });
    assert.equal(closed.stages, undefined);
    assert.equal(closed.durationSeconds, 5);
    assert.equal(planOfOptions({ preset: '10k', rate: '5', duration: '1s' }).batches, undefined);
    assert.equal(planOfOptions({}).calls, 10_000);
    // a preset's hard stop is that of its own pace; one that is asked for is kept, and must do
    assert.equal(planOfOptions({ preset: '10k', duration: '1h' }).maxDurationSeconds, 3_660);
    const tooShort = planOfOptions({ duration: '1h', maxDuration: '10m' });
    assert.throws(() => normalizePlan(tooShort), { nextStep: /at least 3600, the length of the run/ });
  });

  for (const wrong of [
    { rate: '5' },
    { rate: '5', stage: ['1/s:1s'] },
    { stage: ['1/s:1s'], duration: '3s' },
    { calls: 'many' },
    { calls: '1.5' },
    { workload: 'nosuch' },
    { retry: 'connector' },
    { preset: 'nope' },
    { plan: '/no/such/file.json' },
    { calls: '' },
    { calls: '0x10' },
    { rate: '5', duration: '1s', batches: true },
    { abortOnFail: true },
    { workload: 'sql', retry: 'hope' },
  ] satisfies StressPlanOptions[])
    it(`refuses ${JSON.stringify(wrong)}`, () => assert.throws(() => planOfOptions(wrong), { name: 'CodedError' }));

  it('of a value that cannot be read and of options that do not go together, tells the value first', () => {
    for (const [wrong, what] of [
      [{ rate: 'x' }, /the rate "x" cannot be read/],
      [{ rate: 'x', duration: '5s' }, /the rate "x" cannot be read/],
      [{ rate: '5', stage: ['soon'] }, /the stage "soon" cannot be read/],
      [{ stage: ['1/s:1s'], duration: 'long' }, /the duration "long" cannot be read/],
    ] satisfies [StressPlanOptions, RegExp][])
      assert.throws(() => planOfOptions(wrong), { message: what });
  });

  for (const wrong of [
    null,
    [],
    { calls: '10' },
    { calls: Infinity },
    { name: 7 },
    { workload: { type: 'telepathy' } },
    { workload: { type: 'sql-transfer', retry: 'hope' } },
    { workload: { type: 'sql-transfer', retry: { maxAttempts: 'x' } } },
    {
      workload: {
        type: 'sql-transfer',
        retry: { ...{ maxAttempts: 1, jitter: 0 }, baseDelayMs: 0, maxDelayMs: 0, jitterShape: 'x' },
      },
    },
    { stages: [{ ratePerSecond: 1 }] },
    { stages: [{ ratePerSecond: 1, durationSeconds: 1, approach: 'leap' }] },
    { distribution: { type: 'zipf' } },
    { thresholds: 'p99<1' },
    ...['constructor', 'toString', 'hasOwnProperty', '__proto__'].map(name => Object.fromEntries([[name, 1]])),
  ])
    it(`refuses the data ${JSON.stringify(wrong)}`, () =>
      assert.throws(() => planOfData(wrong), { code: 'STRESS_PLAN_INVALID' }));

  it('estimates what a run costs: more calls, more money; a function costs Lambda too', () => {
    const [transfers, reads] = [{ workload: 'sql' }, { workload: 'mix', transferShare: '0' }].map(options =>
      estimateRunCost(planOfOptions({ ...options, calls: '1000000' }), 'us-east-1'),
    );
    // a write is billed 0.05 DPU at least, a read 0.00375
    assert.ok((transfers?.dpu ?? 0) > 50_000 && (transfers?.dpu ?? 0) < 80_000, String(transfers?.dpu));
    assert.ok((reads?.dpu ?? 0) < (transfers?.dpu ?? 0) / 5);
    assert.equal(transfers?.lambdaUsd, 0);
    const lambda = estimateRunCost(planOfOptions({ calls: '1000000' }), 'us-east-1');
    assert.ok(lambda.lambdaUsd > 0.2 && lambda.usd > lambda.lambdaUsd);
    const short = estimateRunCost(planOfOptions({ rate: '10', duration: '10s' }), 'eu-west-1');
    assert.equal(short.calls, 100);
    assert.ok(short.assumptions.some(text => /price of us-east-1/.test(text)));
  });
});
