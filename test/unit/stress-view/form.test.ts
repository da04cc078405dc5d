import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StressForm } from '../../../src/protocol/stress-form';
import type { RunSnapshot } from '../../../src/core/stress/contract';
import { normalizePlan } from '../../../src/core/stress/plan';
import { activeFields, checkForm, DEFAULT_FORM, FORM_LIMITS } from '../../../src/core/stress-view/form';
import { planProgress, planSummary } from '../../../src/core/stress-view/plan-facts';
import { plansOfForm } from '../../../src/core/stress-view/form-plan';
import { formOfPlan } from '../../../src/core/stress-view/plan-form';
import { planOfOptions } from '../../../src/cli/commands/stress-plan';
import { WORKSHOP_PRESETS } from '../../../src/core/stress-view/presets';
import { presetsFor, STRESS_PRESETS, stressPreset } from '../../../src/core/stress/presets';
import { readForm, readPreset } from '../../../src/core/stress-view/stored-form';
import { RETRY_POLICIES } from '../../../src/core/stress/retry-policies';

const fieldsOf = (form: StressForm): string[] => checkForm(form).map(({ field }) => field);

describe('the form of a stress run', () => {
  for (const { id, form } of WORKSHOP_PRESETS) {
    it(`finds nothing wrong with the preset ${id}, and neither does the engine`, () => {
      assert.deepEqual(checkForm(form), []);
      for (const plan of plansOfForm(form)) normalizePlan(plan);
    });
  }

  it('has the workshop’s own figures: 10,000 with 1,000 in flight in batches, 1,000,000 with 10,000', () => {
    const figures = WORKSHOP_PRESETS.map(({ form }) => [form.calls, form.inFlight, form.accounts, form.batches]);
    assert.deepEqual(figures[0], [10_000, 1_000, 1_000, true]);
    assert.deepEqual(figures[2], [1_000_000, 10_000, 1_000_000, false]);
  });

  it('says where its calls are fewer than its rate would make, and only there', () => {
    const open = { ...DEFAULT_FORM, loop: 'open', ratePerSecond: 500, durationSeconds: 60 } as const;
    const summaryOf = (form: StressForm): string => plansOfForm(form).map(planSummary).join();
    assert.match(summaryOf({ ...open, calls: 10_000 }), /^500 a second for 1 min, but no more than 10,000 calls, over/);
    assert.match(summaryOf({ ...open, ratePerSecond: 0.4, calls: 30_000 }), /^0\.4 a second for 1 min over/);
    assert.match(summaryOf({ ...open, calls: 30_000 }), /^500 a second for 1 min over/);
    assert.match(summaryOf({ ...open, rampSeconds: 60, calls: 15_000 }), /^500 a second for 1 min over/);
  });

  it('is done when its time is over, of which a warm-up is a part, or its calls, of which that has none', () => {
    const [plan] = plansOfForm({
      ...DEFAULT_FORM,
      loop: 'open',
      durationSeconds: 60,
      warmupSeconds: 30,
      calls: 100_000,
    });
    const done = (change: Partial<RunSnapshot>) =>
      planProgress(plan!, { ...change, succeeded: change.succeeded ?? 0, failed: 0 } as RunSnapshot);
    assert.deepEqual(done({ elapsedMs: 60_000 }), { fraction: 1, fractionOf: '1 min' });
    const warmup = { started: 90_000, succeeded: 90_000, failed: 0 };
    assert.deepEqual(done({ elapsedMs: 30_000, warmup }), { fraction: 0.5, fractionOf: '1 min' });
    assert.deepEqual(done({ elapsedMs: 36_000, succeeded: 80_000 }), { fraction: 0.8, fractionOf: '100,000 calls' });
  });

  it('keeps a percentage over a run and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), hundredths => {
        const form = { ...DEFAULT_FORM, workload: 'sql-mix', transferPercent: hundredths / 100 } as const;
        assert.deepEqual(
          plansOfForm(form).map(plan => formOfPlan(plan, 'local').transferPercent),
          [form.transferPercent],
        );
      }),
    );
  });

  it('runs what the command line runs under the same name', () => {
    const both = presetsFor('command-line').filter(({ only }) => only === undefined);
    assert.ok(both.length >= 5);
    for (const { id, alias } of both) {
      const shown = WORKSHOP_PRESETS.find(preset => preset.id === id);
      assert.ok(shown, `${id} is not in the side bar`);
      const asked = normalizePlan(planOfOptions({ preset: alias ?? id }));
      // the window calls a function that it has deployed, not the chapters' own
      const workload = shown.form.workload === 'lambda' ? { workload: asked.workload } : {};
      const [plan] = plansOfForm(shown.form).map(made => normalizePlan({ ...made, ...workload }));
      assert.deepEqual(plan, asked);
    }
    for (const { id } of STRESS_PRESETS)
      assert.ok(stressPreset(id) !== undefined || WORKSHOP_PRESETS.some(preset => preset.id === id), id);
    assert.equal(
      new Set(STRESS_PRESETS.flatMap(({ id, alias }) => [id, alias ?? []].flat())).size,
      STRESS_PRESETS.length + 1,
    );
  });

  it('gives up as the engine does by itself, unless another time is filled in', () => {
    const [plan] = plansOfForm(DEFAULT_FORM);
    assert.equal(plan?.giveUpAfterSeconds, undefined);
    for (const giveUpAfterSeconds of [0, 2.5]) {
      const [other] = plansOfForm({ ...DEFAULT_FORM, giveUpAfterSeconds });
      assert.ok(other);
      assert.equal(other.giveUpAfterSeconds, giveUpAfterSeconds);
      assert.equal(formOfPlan(other, 'local').giveUpAfterSeconds, giveUpAfterSeconds);
    }
    assert.deepEqual(fieldsOf({ ...DEFAULT_FORM, giveUpAfterSeconds: -1 }), ['giveUpAfterSeconds']);
  });

  it('does not complain of what an open loop has no field for', () => {
    const [first] = WORKSHOP_PRESETS;
    assert.ok(first?.form.batches);
    const form = { ...first.form, loop: 'open' as const, durationSeconds: 10 };
    assert.deepEqual(checkForm(form), []);
    assert.equal(plansOfForm(form)[0]?.batches, undefined);
  });

  it('makes one run with each retry policy for the retry lab', () => {
    const lab = WORKSHOP_PRESETS.find(({ id }) => id === 'retry-lab');
    assert.ok(lab);
    const policies = plansOfForm(lab.form).map(({ workload }) => 'retry' in workload && workload.retry);
    assert.deepEqual(
      policies,
      RETRY_POLICIES.map(({ policy }) => policy),
    );
  });

  it('says which field is wrong', () => {
    const wrong = (changes: Partial<StressForm>): string[] => fieldsOf({ ...DEFAULT_FORM, ...changes });
    assert.deepEqual(wrong({ calls: null }), ['calls']);
    assert.deepEqual(wrong({ calls: 1.5 }), ['calls']);
    assert.deepEqual(wrong({ inFlight: 0 }), ['inFlight']);
    assert.deepEqual(wrong({ inFlight: 20_001 }), ['inFlight']);
    assert.deepEqual(wrong({ workload: 'sql-transfer', inFlight: 1_001 }), ['inFlight']);
    assert.deepEqual(wrong({ loop: 'open', durationSeconds: 0 }), ['durationSeconds']);
    assert.deepEqual(wrong({ loop: 'open', durationSeconds: 5, rampSeconds: 6 }), ['rampSeconds']);
    assert.deepEqual(wrong({ durationSeconds: 700 }), ['maxDurationSeconds']);
    assert.deepEqual(wrong({ durationSeconds: 20, warmupSeconds: 20 }), ['warmupSeconds']);
    assert.deepEqual(wrong({ choice: 'hot-set', hotAccounts: 1_001 }), ['hotAccounts']);
    assert.deepEqual(wrong({ thresholds: 'p99<fast' }), ['thresholds']);
    assert.deepEqual(wrong({ name: ' ' }), ['name']);
    assert.deepEqual(wrong({ handler: 'named', functionName: '' }), ['functionName']);
    assert.deepEqual(wrong({ workload: 'custom', module: 'x' }), ['module']);
    assert.deepEqual(wrong({ calls: 10, inFlight: 11 }), ['inFlight']);
  });

  it('lets nothing through that the engine refuses', () => {
    const numbers = Object.entries(FORM_LIMITS).map(([name, { min, max, integer }]) => {
      const value = integer
        ? fc.integer({ min: Math.max(min, -1e9), max: Math.min(max, 1e9) })
        : fc.double({ min, max: Math.min(max, 1e6), noNaN: true });
      return [name, fc.oneof(value, fc.constant(min), fc.constant(max), fc.constant(null))] as const;
    });
    const choices = {
      workload: fc.constantFrom('lambda', 'sql-transfer', 'sql-mix', 'order-service'),
      loop: fc.constantFrom('closed', 'open'),
      choice: fc.constantFrom('uniform', 'zipf', 'hot-set'),
      batches: fc.boolean(),
      abortOnFail: fc.boolean(),
      retryPolicy: fc.constantFrom('all', ...RETRY_POLICIES.map(({ id }) => id)),
    };
    fc.assert(
      fc.property(fc.record({ ...Object.fromEntries(numbers), ...choices }), changes => {
        const form = readForm({ ...DEFAULT_FORM, ...changes });
        if (checkForm(form).length === 0) for (const plan of plansOfForm(form)) normalizePlan(plan);
      }),
      { numRuns: 1_500 },
    );
  });

  it('makes the same run again of a plan', () => {
    for (const { form } of WORKSHOP_PRESETS) {
      if (form.retryPolicy === 'all' && form.workload !== 'lambda') continue;
      const [plan] = plansOfForm(form);
      assert.ok(plan);
      assert.deepEqual(plansOfForm(formOfPlan(plan, 'local')), [plan]);
    }
  });

  it('looks only at the fields of what was chosen', () => {
    assert.ok(!activeFields(DEFAULT_FORM).includes('ratePerSecond'));
    assert.deepEqual(checkForm({ ...DEFAULT_FORM, ratePerSecond: null, zipfExponent: null }), []);
  });

  it('reads forms of any storage without trust', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const form = readForm(value);
        assert.deepEqual(Object.keys(form).sort(), Object.keys(DEFAULT_FORM).sort());
        for (const [name, fallback] of Object.entries(DEFAULT_FORM))
          if (typeof fallback !== 'number') assert.equal(typeof form[name as keyof StressForm], typeof fallback);
      }),
    );
    assert.equal(readForm({ loop: 'sideways', calls: 'many', extra: 1 }).loop, 'closed');
    assert.equal(readPreset({ id: '', name: 'x', form: {} }), undefined);
    assert.equal(readPreset({ id: 'a', name: 'x', form: { calls: 5 } })?.form.calls, 5);
  });
});
