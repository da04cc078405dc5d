import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { CallCounters } from '../../../src/core/stress/counters';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import type { CallOutcome, Transport } from '../../../src/core/stress/outcome';
import { Schedule } from '../../../src/core/stress/schedule';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import { runStress, type StressOptions } from '../../../src/stress/controller';
import { OpenLoop } from '../../../src/stress/open-loop';
import { ClosedLoop } from '../../../src/stress/loop';
import type { CallParts } from '../../../src/stress/calls';
import { invokeEndpoint, stalling, type Answer } from '../../support/invoke-endpoint';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';
import { buildStressWorker } from '../../support/stress-worker';

const BANK = { accounts: 100, sumOfBalances: '10000', negativeBalances: 0 };
const OK = { balance: 99, duration: 1, retries: 0 };

describe('a load generator that tells the truth', () => {
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  before(async () => (worker = await buildStressWorker()));
  after(() => worker.remove());

  const plan = (change: Partial<RunPlan>): RunPlan => ({
    name: 'test',
    workload: { type: 'lambda-transfer', functionName: 'bank' },
    calls: 100_000,
    inFlight: 1_000,
    workers: 2,
    accounts: 100,
    amount: 1,
    seed: 7,
    maxDurationSeconds: 20,
    transport: 'lean',
    ...change,
  });
  const run = async (
    answer: Answer,
    change: Partial<RunPlan>,
    watch: { onSnapshot?: (snapshot: RunSnapshot) => void; options?: StressOptions; signal?: AbortSignal } = {},
  ): Promise<RunResult> => {
    const endpoint = await invokeEndpoint(answer);
    try {
      const { region, credentials } = endpoint.target;
      const database = { host: 'localhost', port: 1, region, user: 'admin', credentials };
      const options = { workerFile: worker.file, audit: async () => BANK, ...watch.options };
      return await runStress(
        plan(change),
        { lambda: endpoint.target, database },
        watch.onSnapshot,
        watch.signal,
        options,
      );
    } finally {
      endpoint.close();
    }
  };

  it('shows a stall in the latency of all that it held up; a closed loop hides it (coordinated omission)', async () => {
    // 200 a second for 2 s; all that come between 0.5 s and 1.1 s wait for 1.1 s: 120 of 400, evenly from 0 to 600 ms
    const stages = [{ ratePerSecond: 200, durationSeconds: 2 }];
    const opened = stalling(500, 1100);
    const open = await run(opened.answer, { stages });
    assert.equal(open.status, 'completed', open.failure);
    assert.equal(open.started, 400);
    assert.equal(open.dropped, 0);
    const { p50, p90, p95, p99, max } = open.latency;
    // a generator that hides the stall is far below; on a machine that is busy itself calls come late, and end as much later
    const lateMs = Math.max(...opened.cameAtMs.map((at, i) => at - i * 5));
    const near = (value: number, expected: number): boolean =>
      value > expected - 100 && value < expected + 400 + lateMs;
    assert.ok(p50 < 300 + lateMs, `seven of ten calls met no stall, p50 ${p50}`);
    // the slowest 10 % of all are the slowest third of those that were stalled
    assert.ok(near(p90, 400) && near(p95, 500) && near(p99, 580), JSON.stringify(open.latency));
    assert.ok(max >= 550 && max < 1_500 + lateMs, String(max));

    let asked = 0;
    let askedByTheEnd = 0;
    const stallsOnce: Answer = (_t, reply) => {
      if (++asked !== 3) return reply(OK);
      setTimeout(() => ((askedByTheEnd = asked), reply(OK)), 600);
    };
    const closed = await run(stallsOnce, { calls: 10, inFlight: 1, workers: 1 });
    assert.equal(askedByTheEnd, 3, 'a closed loop waits and asks nothing meanwhile');
    assert.ok(closed.latency.max > 500);
  });

  it('drops what is due while too many are out, and counts it', async () => {
    const stop = new AbortController();
    const result = await run(
      () => undefined,
      { stages: [{ ratePerSecond: 100, durationSeconds: 0.6 }], inFlight: 10 },
      { onSnapshot: ({ dropped }) => void (dropped === 50 && stop.abort()), signal: stop.signal },
    );
    assert.equal(result.status, 'cancelled');
    assert.equal(result.started, 10);
    assert.equal(result.dropped, 50, 'each start is made or dropped, none is put off');
    assert.equal(result.inFlight, 10);
  });

  it('keeps the asked rate second by second, and says so', async () => {
    const result = await run((_t, reply) => reply(OK), {
      stages: [
        { ratePerSecond: 100, durationSeconds: 1 },
        { ratePerSecond: 300, durationSeconds: 1 },
      ],
    });
    assert.equal(result.started, 400);
    const { series = [] } = result;
    assert.deepEqual(
      series.slice(0, 2).map(({ targetPerSecond }) => targetPerSecond),
      [100, 300],
    );
    assert.equal(
      series.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0),
      400,
      'no call is in no second',
    );
    assert.equal(result.distribution?.latency.at(-1)?.[0], 100);
    assert.equal(result.distribution?.latency.at(-1)?.[1], result.latency.max);
  });

  it('shows a second when it is over, while the run goes on', async () => {
    const stop = new AbortController();
    const shown: RunSnapshot['window'][] = [];
    const onSnapshot = ({ window }: RunSnapshot): void => {
      if (window === undefined) return;
      shown.push(window);
      stop.abort();
    };
    const stages = [{ ratePerSecond: 100, durationSeconds: 15 }];
    const result = await run((_t, reply) => reply(OK), { stages }, { onSnapshot, signal: stop.signal });
    assert.equal(result.status, 'cancelled');
    assert.equal(shown[0]?.targetPerSecond, 100);
  });

  it('lasts as long as its schedule, so that its rate is the one that was asked for; bounded by calls it ends with them', async () => {
    const stages: RunPlan['stages'] = [
      { ratePerSecond: 4, durationSeconds: 0.5 },
      { ratePerSecond: 0, durationSeconds: 0.5 },
    ];
    const whole = await run((_t, reply) => reply(OK), { stages });
    assert.equal(whole.started, 2);
    assert.ok(whole.elapsedMs >= 1_000, `two calls in the first of two halves, ended after ${whole.elapsedMs} ms`);
    assert.ok(whole.throughput <= 2, `${whole.throughput} a second`);
    assert.equal(whole.status, 'completed');

    const bounded = await run((_t, reply) => reply(OK), {
      stages: [{ ratePerSecond: 100, durationSeconds: 15 }],
      calls: 3,
    });
    assert.equal(bounded.started, 3);
    assert.ok(bounded.elapsedMs < 10_000, `${bounded.elapsedMs} ms`);
  });

  it('can be stopped after the last call of its schedule, too', async () => {
    const stop = new AbortController();
    const stages = [
      { ratePerSecond: 10, durationSeconds: 0.1 },
      { ratePerSecond: 0, durationSeconds: 15 },
    ];
    const onSnapshot = ({ succeeded }: RunSnapshot): void => void (succeeded === 1 && stop.abort());
    const result = await run((_t, reply) => reply(OK), { stages }, { onSnapshot, signal: stop.signal });
    assert.equal(result.status, 'cancelled');
    assert.equal(result.succeeded, 1);
    assert.ok(result.elapsedMs < 10_000, `${result.elapsedMs} ms`);
  });

  it('tells of starts of the warm-up that were dropped', async () => {
    const stop = new AbortController();
    const stages = [{ ratePerSecond: 100, durationSeconds: 2 }];
    const result = await run(
      () => undefined,
      { stages, inFlight: 10, warmupSeconds: 1 },
      { onSnapshot: ({ dropped = 0 }) => void (dropped >= 20 && stop.abort()), signal: stop.signal },
    );
    assert.deepEqual(result.warmup, { started: 10, succeeded: 0, failed: 0, dropped: 90 });
    assert.ok(verdictsOf(result).some(({ text }) => text.startsWith('90 calls of the warm-up were dropped: ')));
  });

  it('leaves the warm-up out of every figure but its own', async () => {
    let calls = 0;
    const answer: Answer = (_t, reply) =>
      reply(++calls > 40 ? OK : { error: 'x (OC000)', errorCode: '40001', retries: 2 });
    const result = await run(answer, { stages: [{ ratePerSecond: 100, durationSeconds: 2 }], warmupSeconds: 1 });
    assert.deepEqual(result.warmup, { started: 100, succeeded: 60, failed: 40 });
    assert.equal(result.started, 100);
    assert.equal(result.failed, 0);
    assert.equal(result.retries, 0);
    assert.equal(result.latency.count, 100);
    assert.ok(Math.abs((result.measuredMs ?? 0) + 1000 - result.elapsedMs) < 1);
  });

  it('ends at a failed threshold, with what there is up to then', async () => {
    let calls = 0;
    const answer: Answer = (_t, reply) =>
      reply(++calls % 4 === 0 ? { error: 'x (OC000)', errorCode: '40001', retries: 2 } : OK);
    const result = await run(answer, {
      stages: [{ ratePerSecond: 200, durationSeconds: 10 }],
      thresholds: ['errors.occ-data<10', 'p99<10s'],
      abortOnFail: true,
    });
    assert.equal(result.status, 'aborted');
    assert.ok(result.started < 2_000, `${result.started} calls`);
    assert.deepEqual(
      result.thresholds?.map(({ passed }) => passed),
      [false, true],
    );
    assert.equal(result.conflicts, 3 * (result.errors['occ-data'] ?? 0));
    assert.equal(result.retryCounts?.[2], result.errors['occ-data']);
    assert.ok((result.hotKeys?.length ?? 0) > 0);
  });

  it('finds money missing while the run goes on, though it is back at the end', async () => {
    const stop = new AbortController();
    let audits = 0;
    const audit = async (): Promise<typeof BANK> => {
      if (++audits === 5) stop.abort();
      return audits === 3 ? { ...BANK, sumOfBalances: '9999' } : BANK;
    };
    const result = await run(
      (_t, reply) => reply(OK),
      {
        stages: [{ ratePerSecond: 50, durationSeconds: 15 }],
        balanceEverySeconds: 0.2,
        thresholds: ['balance=exact'],
      },
      { options: { workerFile: worker.file, audit }, signal: stop.signal },
    );
    assert.equal(result.moneyConserved, true);
    const { balanceSamples = [] } = result;
    assert.ok(balanceSamples.length >= 3);
    assert.deepEqual(
      balanceSamples.map(({ exact }) => exact),
      balanceSamples.map((_, i) => i !== 1),
    );
    balanceSamples.forEach(({ atMs }, i) => assert.ok(i === 0 || atMs > (balanceSamples[i - 1]?.atMs ?? 0)));
  });

  it('stopped at random moments, it ends within a second and its counters add up', async () => {
    const answer: Answer = (_t, reply) => void setTimeout(() => reply(OK), Math.random() * 30);
    for (const [i, stages] of [undefined, [{ ratePerSecond: 500, durationSeconds: 15 }], undefined].entries()) {
      const stop = new AbortController();
      const delay = 40 + Math.random() * 400;
      let stoppedAt = 0;
      setTimeout(() => {
        stoppedAt = performance.now();
        stop.abort();
      }, delay);
      const result = await run(answer, { stages, inFlight: 50, batches: i === 2 }, { signal: stop.signal });
      assert.ok(
        performance.now() - stoppedAt < STOPPED_WITHIN_MS,
        `after ${delay} ms: took ${performance.now() - stoppedAt} ms`,
      );
      assert.equal(result.status, 'cancelled');
      assert.equal(result.started, result.succeeded + result.failed + result.inFlight);
      assert.equal(result.latency.count, result.succeeded + result.failed);
      assert.equal(
        (result.retryCounts ?? []).reduce((a, b) => a + b, 0),
        result.succeeded + result.failed,
      );
      assert.equal(
        (result.series ?? []).reduce((sum, point) => sum + point.succeeded + point.failed, 0),
        result.succeeded + result.failed,
      );
    }
  });
});

describe('the loops of a worker', () => {
  const parts = (transport: Transport, counters = new CallCounters()): CallParts & { latencies: number[] } => {
    const latencies: number[] = [];
    const began = performance.now();
    return {
      amount: 1,
      transport,
      nextPair: () => ({ payer: 1, payee: 2 }),
      counters,
      latency: { record: microseconds => void latencies.push(microseconds / 1000) },
      handlerLatency: createHistogram(),
      overheadLatency: createHistogram(),
      window: { ended: () => undefined, dropped: () => undefined },
      now: () => performance.now() - began,
      warmupMs: 0,
      latencies,
    };
  };

  it('an open loop whose own thread stalled makes up for it, and counts the delay into the latencies', async () => {
    const answeredAtMs: number[] = [];
    const transport: Transport = {
      send: (_transfer, settle) => {
        // the thread itself is busy for 300 ms: 60 calls become due meanwhile
        if (answeredAtMs.length === 20) for (const end = performance.now() + 300; performance.now() < end;);
        answeredAtMs.push(work.now());
        settle({ retries: 0 });
      },
      close: () => undefined,
    };
    const work = parts(transport);
    const schedule = new Schedule([{ ratePerSecond: 200, durationSeconds: 1 }]);
    await new OpenLoop({ ...work, schedule, first: 0, step: 1, calls: 1e6, inFlight: 100 }).run();
    assert.equal(answeredAtMs.length, 200);
    const late = work.latencies.filter(ms => ms > 100).length;
    assert.ok(late >= 38, `${late} calls were more than 100 ms late, 40 were due in those 200 ms`);
    work.latencies.forEach((ms, i) => {
      const sinceDueMs = answeredAtMs[i]! - i * 5;
      // recorded after it was read here, and before the next answer was
      const next = answeredAtMs[i + 1] ?? work.now();
      assert.ok(
        ms >= sinceDueMs - 0.01 && ms <= next - i * 5 + 0.01,
        `call ${i}: ${ms} ms, ${sinceDueMs} ms since due`,
      );
    });
    assert.ok(work.counters.health.sendDelayMaxMs >= 250);
  });

  it('an open loop that is behind reads answers between its calls: none is dropped that could have been made', async () => {
    const transport: Transport = {
      send: (_transfer, settle) => void setImmediate(() => settle({ retries: 0 })),
      close: () => undefined,
    };
    const work = parts(transport);
    const schedule = new Schedule([{ ratePerSecond: 500, durationSeconds: 1 }]);
    const behind = { ...work, now: () => 5_000, schedule, first: 0, step: 1, calls: 1e6, inFlight: 100 };
    await new OpenLoop(behind).run();
    const { started, succeeded, dropped } = CallCounters.sum([work.counters]);
    assert.deepEqual([started, succeeded, dropped], [500, 500, 0]);
  });

  it('start nothing any more once they are told to stop, also where much is due', async () => {
    let sent = 0;
    const transport: Transport = { send: () => void sent++, close: () => undefined };
    const schedule = new Schedule([{ ratePerSecond: 500, durationSeconds: 1 }]);
    const due = { ...parts(transport), now: () => 5_000, schedule, first: 0, step: 1, calls: 1e6, inFlight: 1e6 };
    const loop = new OpenLoop(due);
    void loop.run();
    const before = sent;
    assert.ok(before > 0 && before < 500, `${before} calls`);
    await loop.stop(20);
    assert.equal(sent, before);
  });

  it('tell for how long answers that came together waited for each other, and of those that came alone nothing', async () => {
    const waiting: ((outcome: CallOutcome) => void)[] = [];
    let clock = 0;
    const transport: Transport = { send: (_transfer, settle) => void waiting.push(settle), close: () => undefined };
    const work = { ...parts(transport), now: () => clock };
    const done = new ClosedLoop({ ...work, calls: 5, inFlight: 5 }).run();
    const answer = (atMs: number): void => {
      clock = atMs;
      waiting.shift()?.({ retries: 0 });
    };
    for (const atMs of [10, 15, 25]) answer(atMs);
    await new Promise(setImmediate);
    answer(90);
    await new Promise(setImmediate);
    answer(200);
    await done;
    assert.equal(work.counters.health.answerDelayMs, 5 + 15);
    assert.deepEqual(work.latencies, [10, 15, 25, 90, 200]);
  });

  it('take an answer that has come before they gave it up, though the thread was too busy to read it', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[net.Socket]>;
    const near = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    const [[far]] = await Promise.all([accepted, once(near, 'connect')]);
    try {
      const transport: Transport = {
        send: (_transfer, settle) => void near.once('data', () => settle({ retries: 0 })),
        close: () => undefined,
      };
      const work = parts(transport);
      const loop = new ClosedLoop({ ...work, calls: 1, inFlight: 1, batches: false });
      void loop.run();
      const stopped = loop.stop(20);
      far.write('an answer');
      for (const end = performance.now() + 50; performance.now() < end;);
      await stopped;
      assert.equal(work.latencies.length, 1);
    } finally {
      near.destroy();
      far.destroy();
      server.close();
    }
  });

  it('a closed loop in batches waits for all of a batch', async () => {
    const waiting: ((outcome: CallOutcome) => void)[] = [];
    let most = 0;
    const transport: Transport = {
      send: (_transfer, settle) => {
        waiting.push(settle);
        most = Math.max(most, waiting.length);
        if (waiting.length === 3) setImmediate(() => drain());
      },
      close: () => undefined,
    };
    const sizes: number[] = [];
    const drain = (): void => {
      sizes.push(waiting.length);
      // the first two ends must start nothing
      for (const settle of waiting.splice(0, 2)) settle({ retries: 0 });
      assert.equal(waiting.length, 1);
      for (const settle of waiting.splice(0)) settle({ retries: 0 });
    };
    await new ClosedLoop({ ...parts(transport), calls: 9, inFlight: 3, batches: true }).run();
    assert.deepEqual(sizes, [3, 3, 3]);
    assert.equal(most, 3);
  });
});
