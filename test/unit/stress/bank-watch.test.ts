import assert from 'node:assert/strict';
import { CallCounters } from '../../../src/core/stress/counters';
import type { BalanceSample, RunPlan } from '../../../src/core/stress/contract';
import { BankWatch } from '../../../src/stress/bank-watch';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const target = { host: 'localhost', port: 1, region: 'us-east-1', user: 'admin', credentials };
const PLAN: RunPlan = {
  name: 'days',
  workload: { type: 'custom', module: '/load.ts' },
  calls: 1,
  inFlight: 1,
  workers: 1,
  accounts: 100,
  amount: 1,
  seed: 1,
  maxDurationSeconds: 86_400,
  transport: 'lean',
};

/** What is kept of so many counts of the bank; the count `at` misses money where `wrong` says so. */
async function samplesOf(counts: number, wrong: (at: number) => boolean): Promise<readonly BalanceSample[]> {
  let sum = 10_000;
  const audit = async () => ({ accounts: 100, sumOfBalances: String(sum), negativeBalances: 0 });
  const watch = new BankWatch(PLAN, target, { audit });
  await watch.begin();
  const nothing = CallCounters.sum([]);
  for (let at = 0; at < counts; at++) {
    sum = wrong(at) ? 9_999 : 10_000;
    await watch.end(at, nothing);
  }
  await watch.close();
  return watch.samples;
}

describe('samples of the balance over a long run', () => {
  it('are bounded, also where the money is gone for good, and tell when it went', async () => {
    const samples = await samplesOf(9_000, at => at >= 11);
    assert.ok(samples.length <= 3_600, `${samples.length} samples`);
    assert.equal(samples.find(({ exact }) => !exact)?.atMs, 11);
    assert.equal(samples.at(-1)?.atMs, 8_999);
  });

  it('are thinned out evenly, to the last of all, which is the balance at the end', async () => {
    const places = (await samplesOf(3_601, () => false)).map(({ atMs }) => atMs);
    assert.deepEqual(places, [...Array.from({ length: 1_800 }, (_, i) => 2 * i + 1), 3_600]);
  });

  for (const at of [1_000, 1_001])
    it(`keep the only one that was not exact (${at})`, async () => {
      const samples = await samplesOf(9_000, now => now === at);
      assert.ok(samples.length <= 3_600, `${samples.length} samples`);
      assert.deepEqual(
        samples.filter(({ exact }) => !exact).map(({ atMs }) => atMs),
        [at],
      );
      assert.deepEqual([samples.at(-1)?.atMs, samples.at(-1)?.exact], [8_999, true]);
    });
});
