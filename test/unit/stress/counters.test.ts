import assert from 'node:assert/strict';
import { CallCounters, type CounterValues, type LoopHealth } from '../../../src/core/stress/counters';
import { generatorHealth } from '../../../src/core/stress/health';
import { generatorVerdict } from '../../../src/core/stress-report/verdicts';

const NOTHING: CounterValues = CallCounters.sum([new CallCounters()]);
const HEALTH = { delayP99Ms: 1, delayMaxMs: 2, waitMs: 0.5, lateShare: 0.01, activeMs: 3, utilization: 0.5 };

describe('the counters of a worker', () => {
  it('keep the health of its loop apart from its calls', () => {
    const counters = new CallCounters();
    counters.health = HEALTH;
    counters.sentLate(9);
    assert.deepEqual(CallCounters.sum([counters]), NOTHING);
    assert.deepEqual(counters.health, { ...HEALTH, sendDelayMaxMs: 9, answerDelayMs: 0 });
    counters.started();
    counters.warmupStarted();
    counters.dropped();
    counters.lost(1);
    counters.warmupEnded({ retries: 0 });
    counters.ended({ retries: 3, errorClass: 'occ-data', exhausted: true });
    counters.ended({ retries: 0, errorClass: 'connection' });
    assert.deepEqual(counters.health, { ...HEALTH, sendDelayMaxMs: 9, answerDelayMs: 0 });
  });

  const counted: [what: string, count: (counters: CallCounters) => void, Partial<CounterValues>][] = [
    ['a start', c => c.started(), { started: 1 }],
    ['a start that was due and not made', c => c.dropped(), { dropped: 1 }],
    [
      'a start of the warm-up that was due and not made',
      c => c.warmupDropped(),
      { warmup: { started: 0, succeeded: 0, failed: 0, dropped: 1 } },
    ],
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
  const quiet: LoopHealth = {
    ...{ delayP99Ms: 100, delayMaxMs: 900, waitMs: 3, lateShare: 1, activeMs: 30, utilization: 0.97 },
    ...{ sendDelayMaxMs: 250, answerDelayMs: 30 },
  };
  const figures = { connections: 64, ended: 20, counted: 10, meanMs: 40 };

  it('is that of its worst worker, and of their work for each call', () => {
    const idle: LoopHealth = {
      ...{ delayP99Ms: 1, delayMaxMs: 2, waitMs: 0, lateShare: 0, activeMs: 10, utilization: 0.1 },
      ...{ sendDelayMaxMs: 0, answerDelayMs: 10 },
    };
    assert.deepEqual(generatorHealth([idle, quiet], { ...figures, cpuMs: 44 }), {
      connections: 64,
      eventLoopDelayP99Ms: 100,
      eventLoopDelayMaxMs: 900,
      utilization: 0.97,
      activeMicrosecondsPerCall: 2_000,
      cpuMicrosecondsPerCall: 2_200,
      answerDelayShare: 0.1,
      loopWaitShare: 0.075,
      sendDelayMaxMs: 250,
      saturated: false,
    });
    const none = generatorHealth([], { connections: 1, ended: 0, counted: 0, meanMs: 0 });
    assert.deepEqual([none.activeMicrosecondsPerCall, none.utilization, none.answerDelayShare], [0, 0, 0]);
    assert.equal(none.cpuMicrosecondsPerCall, undefined);
    const early = generatorHealth([{ ...quiet, utilization: 0.9 }], { ...figures, meanMs: 0, cpuMs: 1 });
    assert.deepEqual([early.answerDelayShare, early.saturated], [0, false], 'no latency is known yet');
  });

  for (const change of [{ utilization: 0.98 }, { waitMs: 3.1 }, { sendDelayMaxMs: 251 }, { answerDelayMs: 31 }])
    it(`is that it set the pace itself, or added to the latencies, with ${JSON.stringify(change)}`, () =>
      assert.equal(generatorHealth([{ ...quiet, ...change }], { ...figures, meanMs: 30 }).saturated, true));

  it('takes no share of latencies of which less than a millisecond is its own', () => {
    const short = generatorHealth([{ ...quiet, answerDelayMs: 9, waitMs: 0.9 }], { ...figures, meanMs: 1 });
    assert.deepEqual([short.answerDelayShare, short.loopWaitShare, short.saturated], [0, 0, false]);
  });

  it('is not in question where its threads are late, but little of the latencies is that', () => {
    const late = { ...quiet, delayP99Ms: 480, delayMaxMs: 2_000, waitMs: 30 };
    assert.equal(generatorHealth([late], { ...figures, meanMs: 1_000 }).saturated, false);
    assert.equal(generatorHealth([late], { ...figures, meanMs: 100 }).saturated, true);
    const seldom = { ...late, lateShare: 0.09 };
    assert.equal(generatorHealth([seldom], { ...figures, meanMs: 100 }).saturated, false, 'it asks nothing meanwhile');
    assert.equal(generatorHealth([seldom], { ...figures, meanMs: 100, scheduled: true }).saturated, true);
  });

  it('is explained in results of earlier releases, too', () => {
    const earlier = { ...generatorHealth([{ ...quiet, delayP99Ms: 481 }], figures), loopWaitShare: undefined };
    assert.match(generatorVerdict({ ...earlier, saturated: true }) ?? '', /: its threads were up to 481 ms late\./);
  });

  it('is the machine’s where it got less than half of the processor time that it had work for', () => {
    const verdict = (of: Partial<LoopHealth>, cpuMs?: number, meanMs = 40): string | undefined =>
      generatorVerdict(generatorHealth([{ ...quiet, ...of }], { ...figures, meanMs, ...(cpuMs && { cpuMs }) }));
    for (const enough of [15, 60, undefined])
      assert.match(
        verdict({ waitMs: 20 }, enough) ?? '',
        /^The generator .* 50 % of the mean latency\. Use more workers/,
      );
    assert.match(
      verdict({ waitMs: 20 }, 6) ?? '',
      /^The machine .* 50 % of the mean latency\. .*more workers do not help/,
    );
    assert.match(verdict({ utilization: 0.6 }, 15) ?? '', /^The generator .*waited for a processor 30 % of the time\./);
    assert.equal(verdict({ utilization: 0.4 }, 15), undefined, 'a fifth of the time');
    assert.equal(verdict({ utilization: 0.1 }, 1), undefined, 'it had little to do');
    assert.match(verdict({ utilization: 0.6 }, 15, 399) ?? '', /^The generator/);
    assert.equal(verdict({ utilization: 0.6 }, 15, 401), undefined, 'calls took far longer than that');
  });
});
