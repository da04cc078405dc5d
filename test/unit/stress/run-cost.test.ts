import assert from 'node:assert/strict';
import type { RunResult } from '../../../src/core/stress/contract';
import { estimateCostOfRun } from '../../../src/core/stress/cost';
import { normalizePlan } from '../../../src/core/stress/plan';
import { STRESS_PRESETS } from '../../../src/core/stress/presets';
import { costFigure } from '../../../src/core/stress-report/cost-figure';

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
  });

  it('is none of calls that were refused before they reached anything', () => {
    const dead = { ...run(5, 0), failed: 1_000, errors: { connection: 990, dispatch: 10 } };
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
