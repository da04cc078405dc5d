import assert from 'node:assert/strict';
import { planOfOptions } from '../../../src/cli/commands/stress-plan';
import type { RunPlan, RunResult } from '../../../src/core/stress/contract';
import { estimateStatementDpu, MIN_ENTRY_BYTES, totalDpu } from '../../../src/core/cost/dpu';
import { estimateCostOfRun, estimateRunCost } from '../../../src/core/stress/cost';
import { normalizePlan } from '../../../src/core/stress/plan';
import { STRESS_PRESETS } from '../../../src/core/stress/presets';
import { costFigure } from '../../../src/core/stress-report/cost-figure';

describe('cost of a run that is planned', () => {
  it('is also that of its audits: two, and one for each sample of the balance, of every account', () => {
    const plan = normalizePlan({ ...STRESS_PRESETS[0]!.plan, maxDurationSeconds: 60 });
    const dpu = (accounts: number, balanceEverySeconds = 0): number =>
      estimateRunCost({ ...plan, accounts, balanceEverySeconds }, 'us-east-1').dpu;
    const audit = (accounts: number): number =>
      totalDpu(
        estimateStatementDpu({ computeMs: accounts / 1000, readBytes: accounts * MIN_ENTRY_BYTES, writeBytes: 0 }),
      );
    const near = (actual: number, expected: number): void =>
      assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
    near(dpu(2_000_000) - dpu(1_000_000), 2 * (audit(2_000_000) - audit(1_000_000)));
    near(dpu(1_000_000, 7) - dpu(1_000_000), 9 * audit(1_000_000));
  });
});

describe('cost of a call', () => {
  /** DPUs of one call, of many. */
  const dpuOf = (workload: RunPlan['workload']): number => {
    const plan = { ...STRESS_PRESETS[0]!.plan, workload, balanceEverySeconds: 0, calls: 1_000_000 };
    return Number((estimateRunCost(plan, 'us-east-1').dpu / 1_000_000).toFixed(5));
  };
  const retry = { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 };
  const orders = (create: number, get: number, range: number) =>
    dpuOf({ type: 'order-service', weights: { create, get, range }, retry });

  it('of the order service is that of its statements, by their weights', () => {
    // an order and two items, 2 ms each, in one transaction: 0.05 DPU for writing at least
    assert.equal(orders(1, 0, 0), 0.056);
    // an order and its items: two statements of 2 ms and 0.00375 DPU for reading
    assert.equal(orders(0, 1, 0), 0.0115);
    // a hundred rows of 128 bytes at once, then each order by its key
    assert.equal(orders(0, 0, 1), Number((0.002 + 12_800 / 546_133 + 100 * 0.00575).toFixed(5)));
    assert.equal(orders(1, 1, 0), Number(((0.056 + 0.0115) / 2).toFixed(5)));
    assert.equal(orders(3, 1, 0), Number(((3 * 0.056 + 0.0115) / 4).toFixed(5)));
  });

  it('of a transfer over SQL is more where it is recorded', () => {
    const [plain, recorded] = [false, true].map(recordHistory => dpuOf({ type: 'sql-transfer', retry, recordHistory }));
    assert.ok(Math.abs(recorded! - plain! - 0.002) < 2e-5, `${plain} and ${recorded}: one statement more of 2 ms`);
  });
});

describe('cost of the order service', () => {
  it('has no samples of balances, which it does not have', () => {
    const plan = planOfOptions({ workload: 'orders' });
    const { dpu, assumptions } = estimateRunCost({ ...plan, balanceEverySeconds: 1 }, 'us-east-1');
    assert.equal(dpu, estimateRunCost({ ...plan, balanceEverySeconds: 0 }, 'us-east-1').dpu);
    assert.doesNotMatch(assumptions.join(), /balance/);
  });
});

describe('cost of a run that is over', () => {
  const plan = normalizePlan({ ...STRESS_PRESETS[0]!.plan, warmupSeconds: 1 });
  const run = (succeeded: number, retries: number): RunResult =>
    ({ plan, succeeded, failed: 0, retries, elapsedMs: 1_000 }) as RunResult;

  it('grows with the attempts that were made, not with the calls that were planned', () => {
    const dpu = (r: RunResult): number => estimateCostOfRun(r, 'us-east-1').dpu;
    const [none, some, more] = [dpu(run(0, 0)), dpu(run(1_000, 0)), dpu(run(1_000, 1_000))];
    assert.ok(none < some);
    assert.ok(Math.abs(more - some - (some - none)) < 1e-6);
    assert.equal(estimateCostOfRun(run(7, 3), 'us-east-1').calls, 10);
    const scheduled = { ...plan, stages: [{ ratePerSecond: 1, durationSeconds: 1 }] };
    assert.equal(estimateCostOfRun({ ...run(7, 3), plan: scheduled }, 'us-east-1').calls, 10);
  });

  it('is none of calls that were refused before they reached anything', () => {
    const dead = { ...run(5, 0), failed: 1_000, errors: { connection: 970, dispatch: 10, throttled: 15, auth: 5 } };
    assert.equal(estimateCostOfRun(dead, 'us-east-1').calls, 5);
    const lost = { ...run(5, 0), failed: 10, errors: { 'occ-data': 4, timeout: 6 } };
    assert.equal(estimateCostOfRun(lost, 'us-east-1').calls, 15);
  });

  it('is that of all its calls, those of the warm-up too', () => {
    const warm = { ...run(5, 1), warmup: { started: 100, succeeded: 90, failed: 8 } };
    const { calls, assumptions } = estimateCostOfRun(warm, 'us-east-1');
    assert.equal(calls, 104);
    assert.doesNotMatch(assumptions.join(), /warm-up/, 'they are in it');
  });

  it('is an estimate, and says so', () => {
    const [name, value] = costFigure(run(1_000_000, 0));
    assert.equal(name, 'on AWS, estimated');
    assert.match(value, /^[\d,]+ DPU, about \d+\.\d\d US dollars \(us-east-1; not the bill/);
    assert.match(costFigure(run(1, 0))[1], /less than 1 US cent/);
  });
});
