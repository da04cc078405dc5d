import assert from 'node:assert/strict';
import { compareRuns } from '../../../src/core/stress-view/comparison';
import { estimateCost, mostCalls } from '../../../src/core/stress-view/run-cost';
import { latencyAround, planWith, recordOf } from '../../support/stress-runs';

const A = '20261120T091200-aaaa';
const B = '20261120T091300-bbbb';

describe('runs side by side', () => {
  it('says when they are of the same configuration, whatever they are called', () => {
    const { differences, verdict } = compareRuns([recordOf(A), recordOf(B, {}, { name: 'other' })]);
    assert.deepEqual(differences, []);
    assert.equal(verdict.tone, 'good');
  });

  it('names each setting that differs', () => {
    const plan = { inFlight: 5, seed: 1, distribution: { type: 'zipf', exponent: 1 } } as const;
    const { differences, verdict } = compareRuns([recordOf(A), recordOf(B, {}, plan)]);
    assert.deepEqual(
      differences.map(({ name }) => name),
      ['In flight', 'Choice of accounts', 'Seed'],
    );
    assert.equal(verdict.tone, 'warn');
    assert.match(verdict.text, /in flight, choice of accounts, seed/);
  });

  it('says when one of them was no whole run', () => {
    const { verdict } = compareRuns([recordOf(A), recordOf(B, { status: 'cancelled' })]);
    assert.match(verdict.text, /cancelled: not whole runs/);
  });

  it('holds each to the first, and knows which way is better', () => {
    const slower = recordOf(B, { throughput: 1_000, latency: latencyAround(180), failed: 0, retries: 0 });
    const { rows } = compareRuns([recordOf(A, { throughput: 2_000, retries: 0 }), slower]);
    const row = (name: string) => rows.find(found => found.name === name);
    assert.deepEqual(row('Throughput')?.changes, ['', '−50.0 %']);
    assert.deepEqual(row('Throughput')?.tones, ['neutral', 'bad']);
    assert.deepEqual(row('Latency p50')?.changes, ['', '+100.0 %']);
    assert.equal(row('Latency p50')?.tones[1], 'bad');
    assert.equal(row('Failed')?.tones[1], 'good');
    assert.deepEqual(row('Retries')?.changes, ['', '=']);
    assert.deepEqual(row('Sum of balances')?.values, ['exact', 'exact']);
  });
});

describe('what a run costs on AWS', () => {
  it('counts the calls that an open loop can start', () => {
    const stages = [
      { ratePerSecond: 100, durationSeconds: 10, approach: 'ramp' as const },
      { ratePerSecond: 100, durationSeconds: 10 },
    ];
    assert.equal(mostCalls(planWith({ stages, calls: 1_000_000 })), 1_500);
    assert.equal(mostCalls(planWith({ stages, calls: 700 })), 700);
  });

  it('is at least the write minimum of each transaction, and says what it assumes', () => {
    const { dpu, usd, text } = estimateCost([planWith({ calls: 1_000_000 })], 'us-east-1');
    assert.ok(dpu >= 1_000_000 * (0.05 + 0.00375), String(dpu));
    assert.ok(usd > 0.4 && usd < 5, String(usd));
    assert.match(text, /free tier/);
    assert.match(estimateCost([planWith({})], 'mx-central-1').text, /price of mx-central-1 is not known/);
  });
});
