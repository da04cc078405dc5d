import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareWithCloudWatch, type ComparedFigure } from '../../../src/core/observability/compare';
import { MINUTE_MS, type RunMetrics } from '../../../src/core/stress/run-metrics';
import { coverageOf, minutesOf, observedRun, rangeOf, subjectOf } from '../../../src/core/observability/minutes';
import { cloudWatchView } from '../../../src/core/observability/view';
import type { RunResult } from '../../../src/core/stress/contract';
import { htmlReport } from '../../../src/core/stress-report/html';
import { awsRun, CLUSTER, FIRST_MINUTE_MS, metricsOfRun, STARTED_MS } from '../../support/observed-runs';

const NOW = FIRST_MINUTE_MS + 6 * MINUTE_MS;
const observed = (result: RunResult) => {
  const run = observedRun(result);
  assert.ok(run);
  return run;
};
const rowsOf = (result: RunResult, metrics: RunMetrics): Map<string, ComparedFigure> =>
  new Map(compareWithCloudWatch(observed(result), metrics, NOW).map(row => [row.name, row]));

describe('a run beside CloudWatch', () => {
  it('asks for the whole minutes that it touched, of its cluster and its function', () => {
    const result = awsRun();
    assert.deepEqual(rangeOf(observed(result), NOW), {
      fromMs: FIRST_MINUTE_MS,
      toMs: FIRST_MINUTE_MS + 3 * MINUTE_MS,
    });
    assert.deepEqual(subjectOf(result), {
      region: 'us-east-2',
      cluster: CLUSTER,
      functionName: 'dsql-workshop-transfer',
    });
    assert.equal(subjectOf({ ...result, target: { ...result.target!, kind: 'local' } }), undefined);
    assert.equal(subjectOf({ ...result, target: undefined }), undefined);
    assert.equal(observedRun({ ...result, startedAt: undefined }), undefined);
  });

  it('counts its own calls by CloudWatch’s minutes', () => {
    const minutes = minutesOf(observed(awsRun()), NOW);
    assert.deepEqual(
      minutes.map(({ fromMs, toMs, own }) => [fromMs, toMs, own.succeeded, own.conflicts].map(Math.round)),
      [
        [0, 40_000, 3_960, 240],
        [40_000, 100_000, 5_940, 360],
        [100_000, 150_000, 4_950, 300],
      ],
    );
  });

  it('loses no count and makes none, wherever minutes and points begin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 180_000 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.nat(5_000)), { maxLength: 40 }),
        (offset, spans) => {
          let atMs = 0;
          const series = spans.map(([span, succeeded]) => ({
            ...awsRun(1).series![0]!,
            succeeded,
            atMs: (atMs += span),
          }));
          const result = awsRun(1, { series, elapsedMs: atMs, startedAt: new Date(STARTED_MS + offset).toISOString() });
          const minutes = minutesOf(observed(result), NOW);
          const counted = minutes.reduce((sum, { own }) => sum + own.succeeded, 0);
          assert.ok(Math.abs(counted - series.reduce((sum, { succeeded }) => sum + succeeded, 0)) < 1e-6);
          for (const { fromMs, toMs } of minutes) assert.ok(fromMs >= 0 && toMs <= Math.max(1, atMs) && toMs >= fromMs);
        },
      ),
    );
  });

  it('agrees with itself, and says where the time of a call goes', () => {
    const rows = rowsOf(awsRun(), metricsOfRun());
    assert.equal(rows.get('Conflicts ↔ OccConflicts')?.tone, 'good');
    assert.equal(rows.get('Conflicts ↔ OccConflicts')?.cloudWatch, '900');
    assert.equal(rows.get('Attempts ↔ TotalTransactions')?.difference, '0');
    assert.equal(rows.get('Calls ↔ Invocations')?.tone, 'good');
    assert.equal(rows.get('Throttled calls ↔ Throttles')?.cloudWatch, '0', 'no point: it did not happen');
    const client = rows.get('Client p50 ↔ Duration p50');
    const commit = rows.get('Duration p50 ↔ CommitLatency');
    assert.deepEqual([client?.own, client?.cloudWatch, commit?.own], ['90.0 ms', '26.6 ms', '26.6 ms']);
    assert.equal(commit?.cloudWatch, '10.6 ms');
    assert.match(client?.meaning ?? '', /TLS/);
    assert.match(rows.get('Estimated DPU ↔ TotalDPU')?.meaning ?? '', /60 compute, 30 read, 750 write/);
    assert.match(rows.get('Most in flight ↔ ConcurrentExecutions')?.meaning ?? '', /Of 200 .* at most 12 were inside/);
  });

  it('says what more and what fewer conflicts mean', () => {
    const metrics = metricsOfRun();
    const times = (factor: number): RunMetrics => ({
      ...metrics,
      points: {
        ...metrics.points,
        occConflicts: metrics.points.occConflicts!.map(p => ({ ...p, value: p.value * factor })),
      },
    });
    const more = rowsOf(awsRun(), times(2)).get('Conflicts ↔ OccConflicts');
    assert.equal(more?.difference, '+900');
    assert.match(more?.meaning ?? '', /other clients.*retries that the function does not report/);
    const fewer = rowsOf(awsRun(150, { errors: { 'occ-schema': 40 } }), times(0.5)).get('Conflicts ↔ OccConflicts');
    assert.equal(fewer?.difference, '−450');
    assert.match(fewer?.meaning ?? '', /40 were conflicts with DDL \(OC001\)/);
    const throttled = rowsOf(awsRun(150, { errors: { throttled: 30 } }), {
      ...metrics,
      points: { ...metrics.points, throttles: [{ atMs: FIRST_MINUTE_MS, value: 30 }] },
    }).get('Throttled calls ↔ Throttles');
    assert.match(throttled?.meaning ?? '', /limit was met/);
  });

  it('compares the minutes that are there, and never fills in what is missing', () => {
    const [result, metrics] = [awsRun(), metricsOfRun({}, 2)];
    const { known, missing, complete } = coverageOf(observed(result), metrics, NOW);
    assert.deepEqual([known.length, missing.length, complete], [2, 1, false]);
    const rows = rowsOf(result, metrics);
    assert.deepEqual(
      [rows.get('Conflicts ↔ OccConflicts')?.own, rows.get('Conflicts ↔ OccConflicts')?.cloudWatch],
      ['600', '600'],
    );
    const view = cloudWatchView(observed(result), subjectOf(result)!, { status: 'gave-up', metrics }, NOW);
    assert.match(view.text, /2 of 3 minutes are there.*1 did not come/);
    assert.deepEqual(view.minutes?.conflicts, [6, 6, null]);
    assert.deepEqual(view.minutes?.commitMs, [10, 11, null]);
    assert.deepEqual(compareWithCloudWatch(observed(result), { ...metrics, points: {} }, NOW), []);
  });

  it('says how late the figures came, and what lies outside the run', () => {
    const result = awsRun();
    const delaysMs = { [FIRST_MINUTE_MS]: 130_000, [FIRST_MINUTE_MS + MINUTE_MS]: 70_000 };
    const at = (metrics: RunMetrics) =>
      cloudWatchView(observed(result), subjectOf(result)!, { status: 'complete', metrics }, NOW);
    assert.equal(at(metricsOfRun({ delaysMs })).text, 'Complete: 3 of 3 minutes are there, at most 2 min 10 s late.');
    assert.match(at(metricsOfRun()).text, /read 3 min after the last of them/);
    assert.match(at(metricsOfRun()).notes[0] ?? '', /30 s of them lie before or after the run/);
    assert.match(at(metricsOfRun()).notes.at(-1) ?? '', /19 metrics: about \$0\.00019/);
  });

  it('stands in the HTML report, drawn with gaps where nothing is', () => {
    const page = htmlReport([awsRun(150, { cloudWatch: metricsOfRun() })]);
    for (const text of ['CloudWatch', 'Conflicts ↔ OccConflicts', 'Latency against CloudWatch', 'CommitLatency'])
      assert.ok(page.includes(text), text);
    assert.ok(!htmlReport([awsRun()]).includes('CloudWatch'));
  });
});
