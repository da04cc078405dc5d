import assert from 'node:assert/strict';
import { observabilityErrors } from '../../../src/core/observability/errors';
import { MINUTE_MS, type RunMetrics, type RunMetricsReader } from '../../../src/core/stress/run-metrics';
import { observedRun, subjectOf } from '../../../src/core/observability/minutes';
import { watchRun, type WatchState } from '../../../src/core/observability/watch';
import { awsRun, FIRST_MINUTE_MS, metricsOfRun, STARTED_MS } from '../../support/observed-runs';

/** Looks against a clock of the test's own: `answers` in turn, the last again and again. */
async function watched(
  answers: (RunMetrics | Error)[],
  { startMs = STARTED_MS, stopAfter = Infinity }: { startMs?: number; stopAfter?: number } = {},
): Promise<{ state: WatchState; looks: number[]; states: WatchState[] }> {
  const result = awsRun();
  const whole = observedRun(result)!;
  const closing = new AbortController();
  const looks: number[] = [];
  const states: WatchState[] = [];
  let nowMs = startMs;
  const reader: RunMetricsReader = {
    read: (subject, range) => {
      looks.push(nowMs);
      if (looks.length >= stopAfter) closing.abort();
      const answer = answers[Math.min(looks.length, answers.length) - 1]!;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ ...answer, ...subject, ...range, readAtMs: nowMs });
    },
  };
  const state = await watchRun({
    reader,
    subject: subjectOf(result)!,
    run: () => (nowMs >= whole.endedAtMs! ? whole : { ...whole, endedAtMs: undefined }),
    now: () => nowMs,
    pause: ms => {
      nowMs += ms;
      return Promise.resolve();
    },
    signal: closing.signal,
    onUpdate: each => states.push(each),
  });
  return { state, looks, states };
}

describe('watching CloudWatch beside a run', () => {
  it('looks from the second minute on, until two looks after the end say the same', async () => {
    const { state, looks, states } = await watched([
      metricsOfRun({ points: {} }),
      metricsOfRun({}, 1),
      metricsOfRun({}, 2),
      metricsOfRun(),
    ]);
    assert.equal(state.status, 'complete');
    assert.deepEqual(
      looks.map(at => (at - STARTED_MS) / MINUTE_MS),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(state.metrics?.delaysMs, {
      [FIRST_MINUTE_MS]: 80_000,
      [FIRST_MINUTE_MS + MINUTE_MS]: 80_000,
      [FIRST_MINUTE_MS + 2 * MINUTE_MS]: 80_000,
    });
    assert.ok(states.slice(0, -1).every(({ status }) => status === 'watching'));
  });

  it('goes on while the newest minute still grows', async () => {
    const young = metricsOfRun();
    const occConflicts = young.points.occConflicts!.map(point => ({ ...point, value: point.value / 2 }));
    const growing = { ...young, points: { ...young.points, occConflicts } };
    const { state, looks } = await watched([growing, growing, growing, metricsOfRun(), metricsOfRun()]);
    assert.equal(state.status, 'complete');
    assert.equal(state.metrics?.points.occConflicts?.[0]?.value, 240);
    assert.equal(looks.length, 5);
  });

  it('gives up at last, with what there is', async () => {
    const { state, looks } = await watched([metricsOfRun({}, 2)]);
    assert.equal(state.status, 'gave-up');
    assert.equal(state.metrics?.points.totalTransactions?.length, 2);
    assert.ok(looks.at(-1)! - STARTED_MS <= 19 * MINUTE_MS, 'bounded');
  });

  it('one look is enough for a run of long ago', async () => {
    const { state, looks } = await watched([metricsOfRun()], { startMs: STARTED_MS + 60 * MINUTE_MS });
    assert.deepEqual([state.status, looks.length], ['complete', 1]);
  });

  it('tries again what passes, keeps what it has, and ends where another look mends nothing', async () => {
    const passing = observabilityErrors.throttled('Rate exceeded', undefined);
    const { state, states } = await watched([metricsOfRun({}, 1), passing, metricsOfRun()]);
    assert.equal(state.status, 'complete');
    assert.equal(state.error, undefined);
    assert.ok(states.some(each => each.error?.code === 'CLOUDWATCH_THROTTLED' && each.metrics));
    const denied = observabilityErrors.accessDenied('no', 'cloudwatch:GetMetricData', undefined);
    const refused = await watched([denied]);
    assert.deepEqual([refused.state.status, refused.looks.length], ['failed', 1]);
    assert.match(refused.state.error?.nextStep ?? '', /cloudwatch:GetMetricData/);
  });

  it('stops when it is told to', async () => {
    const { state, looks } = await watched([metricsOfRun({}, 1)], { stopAfter: 2 });
    assert.deepEqual([state.status, looks.length], ['stopped', 2]);
    assert.ok(state.metrics);
  });
});
