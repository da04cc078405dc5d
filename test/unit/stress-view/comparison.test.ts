import assert from 'node:assert/strict';
import { compareRuns } from '../../../src/core/stress-view/comparison';
import { costText } from '../../../src/core/stress-view/cost-text';
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
    assert.match(verdict.text, /was stopped: not whole runs/);
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

  it('tells a share by the points it changed by, and takes none of them for noise', () => {
    const half = recordOf(A, { succeeded: 493, failed: 507 });
    const { rows } = compareRuns([
      half,
      recordOf(B, { succeeded: 1_000, failed: 0 }),
      recordOf(B, { succeeded: 483, failed: 517 }),
    ]);
    const row = rows.find(({ name }) => name === 'Succeeded');
    assert.deepEqual(row?.values, ['49.3 %', '100 %', '48.3 %']);
    assert.deepEqual(row.changes, ['', '+50.7 points', '−1.0 points']);
    assert.deepEqual(row.tones, ['neutral', 'good', 'bad']);
  });

  it('holds counts against each other by what a call came to, where one run made more calls', () => {
    const long = recordOf(A, { succeeded: 4_000, failed: 0, conflicts: 16, retries: 8, started: 4_000 });
    const short = recordOf(B, { succeeded: 1_000, failed: 0, conflicts: 9, retries: 2, started: 1_000 });
    const { rows } = compareRuns([long, short]);
    const row = (name: string) => rows.find(found => found.name === name);
    assert.deepEqual(row('Conflicts'), {
      name: 'Conflicts',
      values: ['16', '9'],
      changes: ['', '+125.0 % a call'],
      tones: ['neutral', 'bad'],
    });
    assert.equal(row('Retries')?.changes[1], '=');
    const none = recordOf(B, { succeeded: 0, failed: 0, conflicts: 0, retries: 0, started: 0 });
    const against = compareRuns([long, none]).rows.find(({ name }) => name === 'Conflicts');
    assert.equal(against?.tones[1], 'neutral', 'no call is no better');
  });

  it('knows what came up as worse, though it is no share of nothing', () => {
    const [clean, failing] = [recordOf(A, { failed: 0 }), recordOf(B, { failed: 3 })];
    const row = compareRuns([clean, failing]).rows.find(({ name }) => name === 'Failed');
    assert.deepEqual(row, {
      name: 'Failed',
      values: ['0', '3'],
      changes: ['', 'from 0'],
      tones: ['neutral', 'bad'],
    });
  });

  it('says when latencies are without the waits of starts that were dropped', () => {
    const [whole, lacking] = [recordOf(A, { dropped: 0 }), recordOf(B, { started: 1_048, dropped: 452 })];
    assert.equal(compareRuns([whole, whole]).verdict.tone, 'good');
    const { verdict } = compareRuns([whole, lacking]);
    assert.equal(verdict.tone, 'warn');
    assert.match(
      verdict.text,
      /“run bbbb” dropped 452 of 1,500 starts: no latency counts what they would have waited\.$/,
    );
  });

  it('finds no run better for having measured nothing', () => {
    const nothing = { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    const none = recordOf(B, { latency: nothing, succeeded: 0, failed: 0, status: 'failed' });
    const { rows } = compareRuns([recordOf(A), none]);
    for (const name of ['Latency p50', 'Latency max', 'Succeeded']) {
      const found = rows.find(row => row.name === name);
      assert.deepEqual([found?.values[1], found?.changes[1], found?.tones[1]], ['–', '', 'neutral'], name);
    }
  });
});

describe('what runs cost on AWS', () => {
  it('is the sum of them all, and says what it rests on', () => {
    const plan = planWith({ calls: 1_000_000, balanceEverySeconds: 0 });
    const one = costText([plan], 'us-east-1');
    assert.match(one, /^At most 1,000,000 calls: about [\d,]+ DPU and their Lambda time, roughly \d+\.\d\d US dollars/);
    assert.match(one, /free tier not taken off/);
    const dollars = (text: string): number => Number(/roughly ([\d.]+) US dollars/.exec(text)?.[1]);
    assert.ok(Math.abs(dollars(costText([plan, plan], 'us-east-1')) - 2 * dollars(one)) < 0.02);
    assert.match(costText([plan], 'mx-central-1'), /that of mx-central-1 is not known/);
  });
});
