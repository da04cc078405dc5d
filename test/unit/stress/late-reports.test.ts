import assert from 'node:assert/strict';
import { liveFigures } from '../../../src/cli/terminal/stress-text';
import { Deferred } from '../../../src/base/deferred';
import { CallCounters } from '../../../src/core/stress/counters';
import type { RunSnapshot } from '../../../src/core/stress/contract';
import { HotKeys } from '../../../src/core/stress/hot-keys';
import { evaluateThresholds, parseThreshold } from '../../../src/core/stress/thresholds';
import type { Share } from '../../../src/stress/assignments';
import { Fleet } from '../../../src/stress/fleet';
import { RemoteGenerator } from '../../../src/stress/remote/generator';
import type { LegRequest, LegResult } from '../../../src/stress/remote/leg';

const SECONDS = 3;
const PER_SECOND = 40;

/** What a leg of three seconds answers: forty calls of 7 ms in each. */
function legResult(startedAt: number): LegResult {
  const counters = new CallCounters();
  for (let call = 0; call < SECONDS * PER_SECOND; call++) {
    counters.started();
    counters.ended({ retries: 0 });
  }
  const calls = { succeeded: PER_SECOND, failed: 0, conflicts: 0, retries: 0, dropped: 0, inFlight: 4 };
  return {
    counters: [...new Float64Array(counters.buffer)],
    hotKeys: Buffer.from(new HotKeys().buffer).toString('base64'),
    latency: [7_000, SECONDS * PER_SECOND],
    handlerLatency: [],
    overheadLatency: [],
    startedAt,
    seconds: Array.from({ length: SECONDS }, (_, i) => ({
      ...calls,
      atMs: (i + 1) * 1000,
      latency: [7_000, PER_SECOND],
    })),
  };
}

/** What a leg answers in which no call got through. */
function unreachedLeg(startedAt: number): LegResult {
  const counters = new CallCounters();
  for (let call = 0; call < 50; call++) {
    counters.started();
    counters.ended({ errorClass: 'connection', retries: 0 });
  }
  return {
    ...legResult(startedAt),
    counters: [...new Float64Array(counters.buffer)],
    outage: { fromMs: 0, toMs: 3_000 },
  };
}

/** Two generators whose legs end when the test says so. */
class LateGenerators {
  readonly asked: Deferred<LegResult>[] = [];
  readonly fleet: Fleet;

  constructor(plan: ConstructorParameters<typeof Fleet>[2] = {}) {
    const share = {
      ...{ worker: 0, workers: 2, calls: 10_000, inFlight: 4, seed: 1, warmupMs: 0, accounts: 10, amount: 1 },
      pace: { type: 'closed', durationMs: 60_000 },
      drive: {
        type: 'lambda',
        functionName: 'transfer',
        connections: 4,
        transport: 'lean',
        target: { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials: {} },
      },
    } as unknown as Share;
    const invoke = async (request: LegRequest): Promise<unknown> => {
      if (request.type === 'ready') return { ready: true };
      const answer = new Deferred<LegResult>();
      this.asked.push(answer);
      return answer.promise;
    };
    this.fleet = new Fleet(
      '',
      [share, share],
      plan,
      each =>
        new RemoteGenerator(each, { invoke, startDelayMs: 0, legMs: 10_000, giveUpAfterMs: 0, throttledWaitsMs: [] }),
    );
  }

  /** Both generators' legs under way end. */
  async endLegs(which: number[], skewMs = 0, told = legResult): Promise<void> {
    for (const at of which) this.asked[at]?.resolve(told(Date.now() + skewMs));
    await new Promise(resolve => setImmediate(resolve));
  }
}

describe('figures of generators that report late', () => {
  let run: LateGenerators;
  let running: Promise<unknown>;

  beforeEach(async () => {
    run = new LateGenerators();
    await run.fleet.prepare();
    running = run.fleet.run().catch((error: unknown) => error);
  });
  afterEach(async () => {
    await run.fleet.stop(0);
    for (const answer of run.asked) answer.resolve(legResult(Date.now()));
    await run.fleet.close();
    await running;
  });

  it('say up to when they are known, and nothing before anything was told', () => {
    const { reportedToMs, window, latency, callsPerSecond, elapsedMs } = run.fleet.snapshot();
    assert.deepEqual([reportedToMs, window, latency.count, callsPerSecond], [0, undefined, 0, 0]);
    assert.ok(elapsedMs > 0);
    assert.match(liveFigures(run.fleet.snapshot()), /gone; the generators report at the end of their legs$/);
  });

  it('are those of the seconds that all have told, one after the other, not of the moment in which they came', async () => {
    await run.endLegs([0]);
    assert.equal(run.fleet.snapshot().reportedToMs, 0, 'the other generator has told nothing yet');
    // a leg cannot have taken less time than it tells of: the clock goes on until both could have ended
    await run.endLegs([1]);
    const { fleet } = run;
    const clock = performance.now;
    const shown: RunSnapshot[] = [];
    try {
      performance.now = () => clock.call(performance) + SECONDS * 1000 + 4_000;
      for (let look = 0; look < SECONDS + 2; look++) shown.push(fleet.snapshot());
    } finally {
      performance.now = clock;
    }
    assert.deepEqual(
      shown.map(({ window }) => window?.atMs),
      [1_000, 2_000, 3_000, 3_000, 3_000],
    );
    const last = shown.at(-1);
    assert.deepEqual([last?.callsPerSecond, last?.inFlight], [2 * PER_SECOND, 8]);
    assert.ok(last?.window && Math.round(last.window.p50) === 7);
    const told = last.reportedToMs ?? 0;
    assert.ok(told >= SECONDS * 1000 && told < SECONDS * 1000 + 4_000, `${told} ms`);
    assert.match(liveFigures(last), /^\d+\.\d s ago: {2}80\/s {2}p50 7\.0 ms /);
    // a rate is one of the time that was told, not of the time that passed since
    const [rate] = evaluateThresholds([parseThreshold('rate>70/s')], last);
    assert.equal(rate?.passed, true, rate?.actual);
  });

  it('begin after the warm-up', async () => {
    const warm = new LateGenerators({ warmupSeconds: 1 });
    await warm.fleet.prepare();
    const over = warm.fleet.run().catch((error: unknown) => error);
    await warm.endLegs([]);
    await warm.endLegs([0, 1]);
    const clock = performance.now;
    try {
      performance.now = () => clock.call(performance) + SECONDS * 1000 + 4_000;
      const shown = [1, 2, 3].map(() => warm.fleet.snapshot());
      assert.deepEqual(
        shown.map(({ window }) => window?.atMs),
        [2_000, 3_000, 3_000],
      );
      const { reportedToMs = 0, measuredMs } = shown.at(-1)!;
      assert.equal(measuredMs, reportedToMs - 1_000);
    } finally {
      performance.now = clock;
    }
    await warm.fleet.stop(0);
    for (const answer of warm.asked) answer.resolve(legResult(Date.now()));
    await warm.fleet.close();
    await over;
  });

  it('tell of an outage once all generators have met it, for as long as it was for each of them', async () => {
    await run.endLegs([0], 0, unreachedLeg);
    assert.equal(run.fleet.snapshot().outageMs, undefined, 'the other generator has told nothing yet');
    await run.endLegs([1], 0, unreachedLeg);
    assert.equal(run.fleet.snapshot().outageMs, 3_000);
    await run.endLegs([2, 3], 0, unreachedLeg);
    const { outageMs = 0 } = run.fleet.snapshot();
    assert.ok(outageMs >= 3_000, `${outageMs} ms`);
    await run.endLegs([4]);
    assert.equal(run.fleet.snapshot().outageMs, undefined, 'a call of one of them got through');
  });

  it('lie where they passed by this machine’s clock, whatever that of the generator says', async () => {
    await run.endLegs([0, 1], 3_600_000);
    await run.fleet.stop(0);
    run.fleet.freeze();
    const points = run.fleet.series();
    assert.ok(points.length <= SECONDS + 1, `${points.length} seconds`);
    assert.equal(
      points.reduce((sum, { succeeded }) => sum + succeeded, 0),
      2 * SECONDS * PER_SECOND,
    );
    assert.equal(run.fleet.snapshot().reportedToMs, undefined);
  });
});
