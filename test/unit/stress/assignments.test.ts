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
  it('hold as many connections each on the laptop, so that none ends long before the others', () => {
    const lambda = { endpoint: 'http://localhost:3001', region: 'us-east-1', credentials };
    const shares = assignments(PLAN, { database, lambda });
    assert.deepEqual([...new Set(shares.map(connectionsOf))], [2]);
    assert.deepEqual([...new Set(shares.map(({ calls, inFlight }) => `${calls} ${inFlight}`))], ['20000 200']);
    const two = assignments({ ...PLAN, workers: 2 }, { database, lambda });
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
});
