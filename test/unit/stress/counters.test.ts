import assert from 'node:assert/strict';
import { CallCounters, type CounterValues } from '../../../src/core/stress/counters';
import { generatorHealth } from '../../../src/core/stress/health';

const NOTHING: CounterValues = CallCounters.sum([new CallCounters()]);
const HEALTH = { delayP99Ms: 1, delayMaxMs: 2, activeMs: 3, utilization: 0.5 };

describe('the counters of a worker', () => {
  it('keep the health of its loop apart from its calls', () => {
    const counters = new CallCounters();
    counters.health = HEALTH;
    counters.sentLate(9);
    assert.deepEqual(CallCounters.sum([counters]), NOTHING);
    assert.deepEqual(counters.health, { ...HEALTH, sendDelayMaxMs: 9 });
    counters.started();
    counters.warmupStarted();
    counters.dropped();
    counters.lost(1);
    counters.warmupEnded({ retries: 0 });
    counters.ended({ retries: 3, errorClass: 'occ-data', exhausted: true });
    counters.ended({ retries: 0, errorClass: 'connection' });
    assert.deepEqual(counters.health, { ...HEALTH, sendDelayMaxMs: 9 });
  });

  const counted: [what: string, count: (counters: CallCounters) => void, Partial<CounterValues>][] = [
    ['a start', c => c.started(), { started: 1 }],
    ['a start that was due and not made', c => c.dropped(), { dropped: 1 }],
    ['a start of the warm-up', c => c.warmupStarted(), { warmup: { started: 1, succeeded: 0, failed: 0 } }],
    ['calls of which nobody will hear', c => c.lost(7), { unknown: 7 }],
    ['a success', c => c.ended({ retries: 0 }), { succeeded: 1, acknowledged: 1, others: 1, retryCounts: [1] }],
    [
      'a success after retries',
      c => c.ended({ retries: 2 }),
      {
        ...{ succeeded: 1, acknowledged: 1, others: 1, retryCounts: [0, 0, 1] },
        ...{ retries: 2, maxRetries: 2, callsWithRetries: 1, conflicts: 2 },
      },
    ],
    [
      'a success of the warm-up',
      c => c.warmupEnded({ retries: 1 }),
      { warmup: { started: 0, succeeded: 1, failed: 0 }, acknowledged: 1, others: 1 },
    ],
  ];
  for (const [what, count, values] of counted)
    it(`count ${what}, and nothing beside it`, () => {
      const counters = new CallCounters();
      count(counters);
      assert.deepEqual(CallCounters.sum([counters]), { ...NOTHING, ...values });
    });
});

describe('the health of a generator', () => {
  const quiet = { delayP99Ms: 100, delayMaxMs: 900, activeMs: 30, utilization: 0.97, sendDelayMaxMs: 250 };

  it('is that of its worst worker, and of their work for each call', () => {
    const idle = { delayP99Ms: 1, delayMaxMs: 2, activeMs: 10, utilization: 0.1, sendDelayMaxMs: 0 };
    assert.deepEqual(generatorHealth([idle, quiet], 64, 20), {
      connections: 64,
      eventLoopDelayP99Ms: 100,
      eventLoopDelayMaxMs: 900,
      utilization: 0.97,
      activeMicrosecondsPerCall: 2_000,
      sendDelayMaxMs: 250,
      saturated: false,
    });
    const { activeMicrosecondsPerCall, utilization } = generatorHealth([], 1, 0);
    assert.deepEqual([activeMicrosecondsPerCall, utilization], [0, 0]);
  });

  for (const change of [{ utilization: 0.98 }, { delayP99Ms: 101 }, { sendDelayMaxMs: 251 }])
    it(`is that it set the pace itself with ${JSON.stringify(change)}`, () =>
      assert.equal(generatorHealth([quiet, { ...quiet, ...change }], 1, 1).saturated, true));
});
