import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunPlan } from '../../../src/core/stress/contract';
import { runStress } from '../../../src/stress/controller';
import { assignments } from '../../../src/stress/assignments';
import { BatchBarrier } from '../../../src/stress/batch-barrier';
import { invokeEndpoint } from '../../support/invoke-endpoint';
import { buildStressWorker } from '../../support/stress-worker';

describe('batches', () => {
  const plan = (change: Partial<RunPlan>): RunPlan => ({
    name: 'test',
    workload: { type: 'lambda-transfer', functionName: 'bank' },
    batches: true,
    calls: 30,
    inFlight: 10,
    workers: 3,
    accounts: 100,
    amount: 1,
    seed: 7,
    maxDurationSeconds: 15,
    transport: 'lean',
    ...change,
  });

  it('of all workers are one: none begins before the last call of the one before has ended', async () => {
    const worker = await buildStressWorker();
    const waiting: (() => void)[] = [];
    const sizes = [10, 10, 10, 4];
    let tooEarly = 0;
    const endpoint = await invokeEndpoint((_transfer, reply) => {
      waiting.push(() => reply({ balance: 1, duration: 1, retries: 0 }));
      // a run by the clock follows, whose batches nobody holds up
      if (sizes.length === 0) for (const answer of waiting.splice(0)) answer();
      else if (waiting.length === sizes[0]) void drain();
    });
    // all of a batch are answered but one: nobody may go on before it
    const drain = async (): Promise<void> => {
      const batch = waiting.splice(0);
      const last = batch.pop();
      for (const answer of batch) answer();
      await new Promise(resolve => setTimeout(resolve, 30));
      tooEarly += waiting.length;
      sizes.shift();
      last?.();
    };
    try {
      const { region, credentials } = endpoint.target;
      const database = { host: 'localhost', port: 1, region, user: 'admin', credentials };
      const bank = { accounts: 100, sumOfBalances: '1', negativeBalances: 0 };
      const run = (change: Partial<RunPlan>): ReturnType<typeof runStress> =>
        runStress(plan(change), { lambda: endpoint.target, database }, undefined, undefined, {
          workerFile: worker.file,
          audit: async () => bank,
        });
      assert.equal((await run({ calls: 34 })).succeeded, 34);
      assert.deepEqual([sizes, tooEarly], [[], 0], 'a call of the next batch came too early');
      // the end of the time is seen by each worker for itself; none waits for one that has left
      assert.equal((await run({ calls: 1_000_000, durationSeconds: 0.5 })).status, 'completed');
    } finally {
      endpoint.close();
      worker.remove();
    }
  });

  it('are shared out so that every worker has its part of each, and no call is lost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(300), fc.nat(20), (calls, more, workers) => {
        const inFlight = Math.min(calls, more + 1);
        const shares = assignments(plan({ calls, inFlight, workers: Math.min(workers + 1, inFlight) }), {
          database: { host: 'h', port: 1, region: 'r', user: 'admin', credentials: KEYS },
          lambda: { region: 'us-east-1', credentials: KEYS },
        });
        assert.equal(
          shares.reduce((sum, share) => sum + share.calls, 0),
          calls,
        );
        const whole = Math.floor(calls / inFlight);
        for (const share of shares) {
          const left = share.calls - whole * share.inFlight;
          assert.ok(left >= 0 && left <= share.inFlight);
        }
      }),
    );
  });

  it('pass the barrier together, and nobody waits for who has left', async () => {
    const memory = BatchBarrier.memory(3);
    const parts = [20, 20, 7].map(rounds => ({ rounds, barrier: new BatchBarrier(memory), done: 0 }));
    const all = parts.map(async part => {
      for (; part.done < part.rounds; part.done++) {
        await new Promise<void>(resolve => part.barrier.arrive(resolve));
        for (const other of parts.filter(each => each.done < each.rounds))
          assert.ok(Math.abs(other.done - part.done) <= 1, `${other.done} beside ${part.done}`);
      }
      part.barrier.leave();
      part.barrier.leave();
    });
    await Promise.all(all);
  });
});

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
