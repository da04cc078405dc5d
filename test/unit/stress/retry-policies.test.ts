import assert from 'node:assert/strict';
import { retryDelayMs } from '../../../src/core/bank/occ-retry';
import { namedPolicyOf, RETRY_POLICIES, retryPolicy } from '../../../src/core/stress/retry-policies';

/** Bounds of the first waits of a policy: [with no luck at all, with all of it]. */
const waits = (id: string, retries: number): [number, number][] => {
  const { policy } = retryPolicy(id) ?? assert.fail(id);
  return Array.from({ length: retries }, (_, i) => [retryDelayMs(policy, i + 1, 0), retryDelayMs(policy, i + 1, 1)]);
};

describe('named retry policies', () => {
  it('wait as their sources do', () => {
    assert.deepEqual(waits('connector', 3), [
      [1, 1.25],
      [2, 2.5],
      [4, 5],
    ]);
    assert.deepEqual(waits('mcp-skill', 4), [
      [50, 100],
      [100, 150],
      [200, 250],
      [400, 450],
    ]);
    assert.deepEqual(waits('full-jitter', 3), [
      [0, 5],
      [0, 10],
      [0, 20],
    ]);
    assert.deepEqual(waits('full-jitter', 9).at(-1), [0, 500]);
    assert.deepEqual(waits('immediate', 2), [
      [0, 0],
      [0, 0],
    ]);
  });

  it('are found by what they say, whatever the order or the default of the shape', () => {
    for (const named of RETRY_POLICIES) {
      assert.equal(retryPolicy(named.id), named);
      assert.equal(namedPolicyOf({ jitterShape: 'within', ...named.policy })?.id, named.id);
      assert.match(named.asOf, /^\d{4}-\d{2}-\d{2}$/);
    }
    assert.equal(retryPolicy('sometimes'), undefined);
    assert.equal(namedPolicyOf({ maxAttempts: 7, baseDelayMs: 1, maxDelayMs: 1, jitter: 0 }), undefined);
  });
});
