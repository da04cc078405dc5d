import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOccConflict, retryDelayMs, withOccRetry, type RetryPolicy } from '../../../src/core/bank/occ-retry';

const conflict = (): Error => Object.assign(new Error('change conflicts (OC000)'), { code: '40001' });
const policy: RetryPolicy = { maxAttempts: 5, baseDelayMs: 10, maxDelayMs: 50, jitter: 0 };

describe('retries after conflicts', () => {
  let slept: number[];
  const ports = { sleep: async (ms: number) => void slept.push(ms), random: () => 0.5 };
  beforeEach(() => (slept = []));

  it('runs once when nothing conflicts', async () => {
    assert.deepEqual(await withOccRetry(async () => 'done', policy, ports), { value: 'done', retries: 0 });
    assert.deepEqual(slept, []);
  });

  it('repeats until it succeeds, with growing, capped waits', async () => {
    const tries: number[] = [];
    const attempt = async (retry: number): Promise<string> => {
      tries.push(retry);
      if (retry < 4) throw conflict();
      return 'done';
    };
    assert.deepEqual(await withOccRetry(attempt, policy, ports), { value: 'done', retries: 4 });
    assert.deepEqual(tries, [0, 1, 2, 3, 4]);
    assert.deepEqual(slept, [10, 20, 40, 50]);
  });

  it('gives up after the allowed attempts and keeps the conflict as the cause', async () => {
    const last = conflict();
    let tries = 0;
    const rejected = withOccRetry(
      async () => {
        tries++;
        throw last;
      },
      { ...policy, maxAttempts: 3 },
      ports,
    );
    await assert.rejects(rejected, { code: 'OCC_RETRIES_EXHAUSTED', cause: last });
    assert.equal(tries, 3);
    assert.equal(slept.length, 2, 'no wait after the last try');
  });

  it('says how often it was tried', async () => {
    const told = (maxAttempts: number): Promise<string> =>
      withOccRetry(() => Promise.reject(conflict()), { ...policy, maxAttempts }, ports).then(
        () => '',
        (error: Error) => error.message,
      );
    assert.equal(await told(1), 'the transaction met a conflict in its only try');
    assert.equal(await told(3), 'the transaction met a conflict in each of its 3 tries');
  });

  it('tells of each retry before it waits: its number, the wait, and the conflict', async () => {
    const met = [conflict(), conflict()];
    const told: unknown[] = [];
    await withOccRetry(async retry => met[retry] && Promise.reject(met[retry]), policy, {
      ...ports,
      onRetry: (retry, delayMs, error) => told.push([retry, delayMs, error, slept.length]),
    });
    assert.deepEqual(told, [
      [1, 10, met[0], 0],
      [2, 20, met[1], 1],
    ]);
  });

  it('rethrows anything else as it is, at once: its outcome may be unknown', async () => {
    const lost = Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' });
    let tries = 0;
    await assert.rejects(
      withOccRetry(
        async () => {
          tries++;
          throw lost;
        },
        policy,
        ports,
      ),
      error => error === lost,
    );
    assert.equal(tries, 1);
  });

  it('finds a conflict inside the causes, and nothing in look-alikes', () => {
    assert.ok(isOccConflict(new Error('Failed query', { cause: new Error('x', { cause: conflict() }) })));
    assert.ok(isOccConflict({ code: 'OC001' }));
    assert.ok(!isOccConflict(Object.assign(new Error('40001 OC000'), { code: '23505' })));
    assert.ok(!isOccConflict(new Error('change conflicts (OC000)')));
    assert.ok(!isOccConflict(undefined));
  });

  it('puts the random part where the policy says: within the wait, or on top of it, of the wait or of its base', () => {
    const shaped = (jitterShape?: RetryPolicy['jitterShape']): number =>
      retryDelayMs({ ...policy, jitter: 0.5, ...(jitterShape && { jitterShape }) }, 3, 0.5);
    assert.deepEqual(
      [shaped(), shaped('within'), shaped('added'), shaped('added-base')],
      [40 * 0.5 + 40 * 0.25, 40 * 0.5 + 40 * 0.25, 40 + 40 * 0.25, 40 + 10 * 0.25],
    );
  });

  it('waits between nothing and the cap, and exactly the backoff without jitter', () => {
    fc.assert(
      fc.property(
        fc.record({
          baseDelayMs: fc.nat(1000),
          maxDelayMs: fc.nat(60_000),
          jitter: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (delays, retry, random) => {
          const full = Math.min(delays.maxDelayMs, delays.baseDelayMs * 2 ** Math.min(retry - 1, 100));
          const delay = retryDelayMs({ maxAttempts: 1, ...delays }, retry, random);
          assert.ok(delay >= 0 && delay <= full + 1e-9, `${delay} of ${full}`);
          assert.ok(delay >= full * (1 - delays.jitter) - 1e-9);
        },
      ),
    );
  });
});
