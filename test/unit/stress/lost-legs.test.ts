import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import { CodedError } from '../../../src/base/errors';
import { CallCounters } from '../../../src/core/stress/counters';
import type { Pace } from '../../../src/protocol/stress';
import type { Share } from '../../../src/stress/assignments';
import { monotonicMs } from '../../../src/stress/clock';
import { Fleet } from '../../../src/stress/fleet';
import { RemoteGenerator } from '../../../src/stress/remote/generator';
import type { LegRequest, LegResult } from '../../../src/stress/remote/leg';

const CLOSED: Pace = { type: 'closed', batches: false };
const share = (pace: Pace, worker = 0): Share =>
  ({
    ...{ worker, workers: 4, calls: 100_000, inFlight: 4, seed: 1, warmupMs: 0, accounts: 10, amount: 1 },
    ...{ distribution: { type: 'uniform' }, retry: undefined, pace },
    drive: {
      type: 'lambda',
      functionName: 'transfer',
      connections: 4,
      transport: 'lean',
      target: { endpoint: 'http://127.0.0.1:1', region: 'us-east-1' },
    } as Share['drive'],
  }) as Share;

/** How many calls are of unknown outcome when the first leg, of ten seconds, ends with that error, and with it the run. */
async function unknownAfter(of: Share, code: string, cause?: unknown): Promise<number> {
  let unhandled = 0;
  const count = (): void => void unhandled++;
  process.on('unhandledRejection', count);
  const generator = new RemoteGenerator(of, {
    invoke: () => Promise.reject(new CodedError(code, 'no answer', { cause })),
    ...{ startDelayMs: 0, legMs: 10_000, giveUpAfterMs: 0, throttledWaitsMs: [] },
  });
  await assert.rejects(generator.run(monotonicMs()), { code });
  await generator.close();
  process.off('unhandledRejection', count);
  assert.equal(unhandled, 0);
  return CallCounters.sum([generator.counters]).unknown;
}

describe('calls of a leg whose figures never came', () => {
  const open: Pace = { type: 'open', stages: [{ ratePerSecond: 8, durationSeconds: 20 }] };

  it('are at most those that were due in it, of this generator, where a schedule says so', async () => {
    assert.equal(await unknownAfter(share(open), 'LAMBDA_OUTCOME_UNKNOWN'), 20);
    const uneven: Pace = { type: 'open', stages: [{ ratePerSecond: 8.1, durationSeconds: 20 }] };
    assert.deepEqual(
      await Promise.all([0, 1, 2, 3].map(worker => unknownAfter(share(uneven, worker), 'LAMBDA_OUTCOME_UNKNOWN'))),
      [21, 20, 20, 20],
    );
    assert.equal(await unknownAfter({ ...share(open), calls: 7 }, 'STRESS_GENERATOR_FAILED'), 7);
  });

  it('are all that are left of a generator that makes as many as it can', async () => {
    assert.equal(await unknownAfter(share(CLOSED), 'LAMBDA_OUTCOME_UNKNOWN'), 100_000);
  });

  for (const [name, httpStatusCode, unknown] of [
    ['InvalidParameterValueException', 400, 0],
    ['KMSDisabledException', 502, 0],
    ['ServiceException', 500, 100_000],
    ['EFSIOException', 410, 100_000],
  ] as const)
    it(`are as many as may have been made after HTTP ${httpStatusCode} ${name}`, async () => {
      const cause = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
      assert.equal(await unknownAfter(share(CLOSED), 'LAMBDA_CALL_FAILED', cause), unknown);
    });

  for (const code of ['LAMBDA_THROTTLED', 'LAMBDA_ACCESS_DENIED', 'LAMBDA_UNREACHABLE'])
    it(`are none where the invocation was never made: ${code}`, async () => {
      assert.equal(await unknownAfter(share(CLOSED), code), 0);
    });
});

describe('a generator among others', () => {
  const told: LegResult = (() => {
    const counters = new CallCounters();
    for (let call = 0; call < 30; call++) {
      counters.started();
      counters.ended({ retries: 0 });
    }
    const nothing = { latency: [], handlerLatency: [], overheadLatency: [] };
    return { counters: [...new Float64Array(counters.buffer)], hotKeys: '', ...nothing };
  })();
  const options = { startDelayMs: 0, legMs: 10_000, giveUpAfterMs: 0, throttledWaitsMs: [] };

  it('that fails ends the run when the others have told what they had under way', async () => {
    const legs: number[] = [];
    const others = new Deferred<LegResult>();
    const invoke = async (request: LegRequest): Promise<unknown> => {
      if (request.type === 'ready') return { ready: true };
      const { worker } = request.share;
      legs.push(worker);
      if (worker === 1) throw new CodedError('STRESS_GENERATOR_FAILED', 'it exited');
      return others.promise;
    };
    const shares = [0, 1, 2].map(worker => share(CLOSED, worker));
    const fleet = new Fleet('', shares, {}, each => new RemoteGenerator(each, { invoke, ...options }));
    await fleet.prepare();
    const run = assert.rejects(fleet.run(), { code: 'STRESS_GENERATOR_FAILED' });
    // the failure is known before the others answer
    await new Promise(resolve => setImmediate(resolve));
    others.resolve(told);
    await run;
    await fleet.close();
    const { succeeded, unknown } = fleet.counters();
    assert.deepEqual([succeeded, unknown], [60, 100_000]);
    assert.deepEqual(legs, [0, 1, 2], 'nobody began another leg');
  });

  it('counts the calls of the leg that it gives up before it says that it has stopped', async () => {
    const invoke = (_: LegRequest, signal: AbortSignal): Promise<unknown> =>
      new Promise((_, reject) => {
        // what hears of it closes a connection first
        signal.addEventListener('abort', () =>
          setImmediate(() => setImmediate(() => reject(new CodedError('LAMBDA_OUTCOME_UNKNOWN', 'given up')))),
        );
      });
    const generator = new RemoteGenerator(share(CLOSED), { invoke, ...options });
    generator.run(monotonicMs()).catch(() => undefined);
    // the leg is under way
    await new Promise(resolve => setImmediate(resolve));
    await generator.stop(0);
    assert.equal(CallCounters.sum([generator.counters]).unknown, 100_000);
    assert.equal(generator.legsLeft, 1, 'it goes on in Lambda');
  });

  for (const [kind, pace] of [
    [
      'a schedule tells by how much it is late by then',
      { type: 'open', stages: [{ ratePerSecond: 8, durationSeconds: 20 }] },
    ],
    ['a loop makes what is left of its time', { ...CLOSED, durationMs: 5_000 }],
  ] as const)
    it(`that Lambda had no capacity for asks anew: ${kind}`, async () => {
      const asked: Extract<LegRequest, { type: 'leg' }>[] = [];
      const generator = new RemoteGenerator(share(pace as Pace), {
        ...options,
        throttledWaitsMs: [0, 0],
        invoke: async request => {
          assert.ok(request.type === 'leg');
          asked.push(request);
          // the clock goes on, however fast this is
          for (const began = monotonicMs(); monotonicMs() === began;);
          if (asked.length < 3) throw new CodedError('LAMBDA_THROTTLED', 'no capacity');
          await generator.close();
          return told;
        },
      });
      await generator.run(monotonicMs());
      assert.equal(asked.length, 3);
      const [first, last] = [asked[0]!, asked[2]!];
      if (pace.type === 'open') assert.ok(last.lateMs > first.lateMs, `${first.lateMs} and ${last.lateMs} ms`);
      else {
        const [before, after] = [first, last].map(({ share: { pace: of } }) => of.type === 'closed' && of.durationMs);
        assert.ok(Number(after) < Number(before), `${before} and ${after} ms`);
      }
      assert.equal(CallCounters.sum([generator.counters]).unknown, 0);
    });
});

describe('calls of the warm-up', () => {
  it('come on top of those of the plan, also where a leg ends in it', async () => {
    const counters = new CallCounters();
    for (let call = 0; call < 30; call++) counters.warmupStarted();
    for (let call = 0; call < 30; call++) counters.warmupEnded({ retries: 0 });
    for (let call = 0; call < 10; call++) counters.started();
    for (let call = 0; call < 10; call++) counters.ended({ retries: 0 });
    const told = { counters: [...new Float64Array(counters.buffer)], hotKeys: '' };
    const asked: number[] = [];
    const generator = new RemoteGenerator(
      { ...share(CLOSED), calls: 25 },
      {
        invoke: async request => {
          asked.push(request.type === 'leg' ? request.share.calls : 0);
          return { ...told, latency: [], handlerLatency: [], overheadLatency: [] } satisfies LegResult;
        },
        ...{ startDelayMs: 0, legMs: 10_000, giveUpAfterMs: 0, throttledWaitsMs: [] },
      },
    );
    await generator.run(monotonicMs());
    await generator.close();
    assert.deepEqual(asked, [25, 15, 5]);
  });
});

describe('legs of a schedule', () => {
  it('are over with it: no generator waits for one that there is not', async () => {
    const legs: LegRequest[] = [];
    const nothing: LegResult = { counters: [], hotKeys: '', latency: [], handlerLatency: [], overheadLatency: [] };
    const generator = new RemoteGenerator(
      share({ type: 'open', stages: [{ ratePerSecond: 8, durationSeconds: 0.1 }] }),
      {
        invoke: async request => {
          legs.push(request);
          return nothing;
        },
        // longer than a test may take
        ...{ startDelayMs: 0, legMs: 600_000, giveUpAfterMs: 0, throttledWaitsMs: [] },
      },
    );
    await generator.run(monotonicMs());
    await generator.close();
    assert.equal(legs.length, 1);
    assert.equal(generator.seconds.toldToMs, Infinity);
  });
});
