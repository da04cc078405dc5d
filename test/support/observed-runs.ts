import type { RunMetricId, RunMetrics } from '../../src/core/stress/run-metrics';
import { MINUTE_MS } from '../../src/core/stress/run-metrics';
import type { RunResult, SeriesPoint } from '../../src/core/stress/contract';
import { recordOf } from './stress-runs';

/** 20 seconds into a minute. */
export const STARTED_MS = Date.UTC(2026, 10, 20, 9, 12, 20);
export const FIRST_MINUTE_MS = Date.UTC(2026, 10, 20, 9, 12);
export const CLUSTER = 'abcdefghijklmnopqrstuvwxyz';

const point = (second: number): SeriesPoint => ({
  atMs: second * 1_000,
  succeeded: 99,
  failed: 1,
  conflicts: 6,
  retries: 5,
  dropped: 0,
  inFlight: 200,
  ...{ p50: 60 + 10 * Math.sin(second / 9), p90: 90, p95: 120, p99: 240, max: 400 },
});

/** A run through a function on AWS: 100 calls a second, 6 conflicts and 5 retries a second, over `seconds`. */
export function awsRun(seconds = 150, changes: Partial<RunResult> = {}): RunResult {
  const { result } = recordOf('20261120T091220-aaaa');
  return {
    ...result,
    plan: {
      ...result.plan,
      name: 'observed',
      workload: { type: 'lambda-transfer', functionName: 'dsql-workshop-transfer' },
      calls: 100 * seconds,
    },
    target: { name: 'orders', kind: 'aws', region: 'us-east-2', endpoint: `${CLUSTER}.dsql.us-east-2.on.aws` },
    startedAt: new Date(STARTED_MS).toISOString(),
    elapsedMs: seconds * 1_000,
    started: 100 * seconds,
    succeeded: 99 * seconds,
    failed: seconds,
    retries: 5 * seconds,
    conflicts: 6 * seconds,
    errors: { 'occ-data': seconds },
    inFlight: 0,
    series: Array.from({ length: seconds }, (_, at) => point(at + 1)),
    ...changes,
  };
}

/** What CloudWatch would say of `awsRun(150)` were nobody else there: three minutes, of 40, 60 and 50 seconds. */
export function metricsOfRun(changes: Partial<RunMetrics> = {}, minutes = 3): RunMetrics {
  const spans = [40, 60, 50].slice(0, minutes);
  const per = (value: (seconds: number) => number) =>
    spans.map((seconds, at) => ({ atMs: FIRST_MINUTE_MS + at * MINUTE_MS, value: value(seconds) }));
  const points: Partial<Record<RunMetricId, { atMs: number; value: number }[]>> = {
    totalTransactions: per(s => 105 * s),
    readOnlyTransactions: per(() => 1),
    occConflicts: per(s => 6 * s),
    commitLatency: per(s => 8 + s / 20),
    bytesRead: per(s => 52_000 * s),
    bytesWritten: per(s => 31_000 * s),
    computeTime: per(s => 400 * s),
    computeDpu: per(s => 0.4 * s),
    readDpu: per(s => 0.2 * s),
    writeDpu: per(s => 5 * s),
    totalDpu: per(s => 5.6 * s),
    invocations: per(s => 100 * s),
    durationP50: per(s => 24 + s / 20),
    durationP99: per(s => 110 + s / 10),
    concurrentExecutions: per(() => 12),
  };
  return {
    region: 'us-east-2',
    cluster: CLUSTER,
    functionName: 'dsql-workshop-transfer',
    fromMs: FIRST_MINUTE_MS,
    toMs: FIRST_MINUTE_MS + 3 * MINUTE_MS,
    readAtMs: FIRST_MINUTE_MS + 6 * MINUTE_MS,
    points,
    dimension: 'ClusterId',
    ...changes,
  };
}
