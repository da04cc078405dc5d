import assert from 'node:assert/strict';
import type { RunPlan, RunResult } from '../../../src/core/stress/contract';
import { runStress } from '../../../src/stress/controller';
import { invokeEndpoint } from '../../support/invoke-endpoint';
import { buildStressWorker } from '../../support/stress-worker';

const HOUR_MS = 3_600_000;

/** While `work` goes on this thread's note of the wall clock is off: the clock was set, or the machine slept, since the thread began. */
async function withClockOff<T>(byMs: number, work: () => Promise<T>): Promise<T> {
  Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + byMs, configurable: true });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(performance, 'timeOrigin');
  }
}

describe('the clock of a stress run', () => {
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  before(async () => (worker = await buildStressWorker()));
  after(() => worker.remove());

  const run = async (pace: Partial<RunPlan>): Promise<RunResult> => {
    const endpoint = await invokeEndpoint((_transfer, reply) => reply({ balance: 1, duration: 1, retries: 0 }));
    const { region, credentials } = endpoint.target;
    const plan: RunPlan = {
      name: 'test',
      workload: { type: 'lambda-transfer', functionName: 'bank' },
      calls: 40,
      inFlight: 40,
      workers: 2,
      accounts: 100,
      amount: 1,
      seed: 7,
      maxDurationSeconds: 15,
      transport: 'lean',
      ...pace,
    };
    try {
      const database = { host: 'localhost', port: 1, region, user: 'admin', credentials };
      return await runStress(plan, { lambda: endpoint.target, database }, undefined, undefined, {
        workerFile: worker.file,
        audit: async () => ({ accounts: 100, sumOfBalances: '1', negativeBalances: 0 }),
      });
    } finally {
      endpoint.close();
    }
  };

  for (const [what, byMs] of [
    ['that was put forward, or went on while the machine slept,', -8 * HOUR_MS],
    ['that was put back', 8 * HOUR_MS],
  ] as const)
    it(`is no wall clock: one ${what} since the process began changes nothing`, async () => {
      const stages = [{ ratePerSecond: 40, durationSeconds: 0.5 }];
      const open = await withClockOff(byMs, () => run({ stages }));
      assert.deepEqual([open.status, open.succeeded, open.dropped], ['completed', 20, 0]);
      assert.ok(open.latency.max < HOUR_MS / 4, `a call took ${open.latency.max} ms`);
      assert.ok((open.generator?.sendDelayMaxMs ?? 0) < HOUR_MS / 4);
      const closed = await withClockOff(byMs, () => run({ durationSeconds: 10, warmupSeconds: 0 }));
      assert.deepEqual([closed.status, closed.succeeded], ['completed', 40]);
      assert.equal(
        closed.series?.reduce((sum, { succeeded }) => sum + succeeded, 0),
        40,
      );
    });
});
