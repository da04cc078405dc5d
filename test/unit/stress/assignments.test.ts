import assert from 'node:assert/strict';
import type { RunPlan } from '../../../src/core/stress/contract';
import { assignments, connectionsOf } from '../../../src/stress/assignments';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const database = { host: 'localhost', port: 5432, region: 'us-east-1', user: 'admin', credentials };
const PLAN: RunPlan = {
  name: 'million',
  workload: { type: 'lambda-transfer', functionName: 'transfer' },
  calls: 1_000_000,
  inFlight: 10_000,
  workers: 50,
  accounts: 1_000_000,
  amount: 1,
  seed: 1,
  maxDurationSeconds: 7_200,
  transport: 'lean',
};

describe('shares of workers', () => {
  it('hold as many connections each to a local cluster, so that none ends long before the others', () => {
    const lambda = { endpoint: 'http://localhost:3001', region: 'us-east-1', credentials };
    const local = { database, lambda, dataDir: '/data' };
    const shares = assignments(PLAN, local);
    assert.deepEqual([...new Set(shares.map(connectionsOf))], [2]);
    assert.deepEqual([...new Set(shares.map(({ calls, inFlight }) => `${calls} ${inFlight}`))], ['20000 200']);
    const two = assignments({ ...PLAN, workers: 2 }, local);
    assert.deepEqual(two.map(connectionsOf), [32, 32]);
  });

  it('hold one connection for each call in flight on AWS', () => {
    const lambda = { region: 'us-east-1', credentials };
    for (const workers of [1, 3, 50]) {
      const shares = assignments({ ...PLAN, workers }, { database, lambda });
      assert.deepEqual(
        shares.map(connectionsOf),
        shares.map(({ inFlight }) => inFlight),
      );
      assert.equal(
        shares.reduce((sum, share) => sum + connectionsOf(share), 0),
        10_000,
      );
    }
  });

  it('hold as many to an endpoint of somebody else, on this machine too: it may take its time, and all calls wait there', () => {
    for (const host of ['localhost', '127.0.0.1', 'lambda.example']) {
      const lambda = { endpoint: `http://${host}:3001`, region: 'us-east-1', credentials };
      assert.deepEqual(assignments({ ...PLAN, workers: 1 }, { database, lambda }).map(connectionsOf), [10_000], host);
    }
  });

  it('are parts of the same batches, of the last one too', () => {
    const plan: RunPlan = { ...PLAN, batches: true, calls: 25, inFlight: 10, workers: 3 };
    const shares = assignments(plan, { database, lambda: { region: 'us-east-1', credentials } });
    assert.deepEqual(
      shares.map(({ calls, inFlight }) => [calls, inFlight]),
      [
        [2 * 4 + 2, 4],
        [2 * 3 + 2, 3],
        [2 * 3 + 1, 3],
      ],
    );
  });

  it('have all of the plan that calls are made by, and numbers of their own', () => {
    const plan: RunPlan = { ...PLAN, workers: 2, warmupSeconds: 1.5, accounts: 77, amount: 3 };
    const distribution = { type: 'zipf', exponent: 1.1 } as const;
    const shares = assignments({ ...plan, distribution }, { database, lambda: { region: 'us-east-1', credentials } });
    assert.deepEqual(
      shares.map(({ worker, workers, warmupMs, accounts, amount, distribution: how }) => [
        ...[worker, workers, warmupMs, accounts, amount],
        how,
      ]),
      [0, 1].map(worker => [worker, 2, 1_500, 77, 3, distribution]),
    );
    assert.notEqual(shares[0]?.seed, shares[1]?.seed);
  });
});
