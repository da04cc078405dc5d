import type { LatencySummary, RunPlan, RunResult, RunSnapshot } from '../../src/core/stress/contract';
import { LiveSeries } from '../../src/core/stress-view/live-series';
import type { RunRecord } from '../../src/core/stress-view/run-record';
import { plansOfForm } from '../../src/core/stress-view/form-plan';
import { DEFAULT_FORM } from '../../src/core/stress-view/form';

/** A latency distribution around a median. */
export function latencyAround(p50: number, count = 10_000): LatencySummary {
  return {
    count,
    min: p50 / 8,
    mean: p50 * 1.2,
    p50,
    p90: p50 * 2,
    p95: p50 * 2.6,
    p99: p50 * 4,
    p999: p50 * 7,
    max: p50 * 9,
  };
}

/** The plan of the default form, with changes. */
export function planWith(changes: Partial<RunPlan> = {}): RunPlan {
  const [plan] = plansOfForm(DEFAULT_FORM);
  if (!plan) throw new Error('the default form has no plan');
  return { ...plan, ...changes };
}

/** A run of `calls` at a steady rate, seen at a moment; conflicts, balances and health as engines report them. */
export function snapshotAt(elapsedMs: number, { calls = 10_000, perSecond = 3_000, p50 = 90 } = {}): RunSnapshot {
  const ended = Math.min(calls, Math.floor((elapsedMs / 1_000) * perSecond));
  const failed = Math.floor(ended / 400);
  const wave = 1 + 0.15 * Math.sin(elapsedMs / 700);
  return {
    elapsedMs,
    started: Math.min(calls, ended + 1_000),
    succeeded: ended - failed,
    failed,
    inFlight: Math.min(1_000, calls - ended),
    callsPerSecond: perSecond * wave,
    errors: { 'occ-data': failed },
    errorMessages: { 'occ-data': 'change conflicts with another transaction, please retry: (OC000)' },
    retries: Math.floor(ended / 12),
    maxRetries: 4,
    callsWithRetries: Math.floor(ended / 14),
    latency: latencyAround(p50, ended),
    handlerLatency: latencyAround(p50 / 3, ended),
    overheadLatency: latencyAround(p50 / 1.5, ended),
    window: {
      atMs: elapsedMs,
      succeeded: perSecond,
      failed: 7,
      conflicts: 250,
      retries: 240,
      dropped: 0,
      inFlight: 1_000,
      p50: p50 * wave,
      p90: 2 * p50 * wave,
      p95: 2.5 * p50 * wave,
      p99: 4 * p50 * wave,
      max: 9 * p50,
    },
    exhausted: failed,
    retryCounts: [Math.floor(ended * 0.92), Math.floor(ended * 0.06), Math.floor(ended * 0.015), 12, 3],
    hotKeys: [
      { account: 7, conflicts: 120 },
      { account: 12_345, conflicts: 64 },
      { account: 3, conflicts: 9 },
    ],
    balance: { atMs: elapsedMs, audit: { accounts: 1_000, sumOfBalances: '100000', negativeBalances: 0 }, exact: true },
    generator: {
      connections: 128,
      eventLoopDelayP99Ms: 12,
      eventLoopDelayMaxMs: 30,
      utilization: 0.74,
      activeMicrosecondsPerCall: 120,
      saturated: false,
    },
    thresholds: [
      { threshold: 'errors<0.1%', passed: false, actual: '0.25 %' },
      { threshold: 'balance=exact', passed: true, actual: 'exact' },
      { threshold: 'p99<500ms', actual: '' },
    ],
  };
}

/** A finished run of the history. */
export function recordOf(id: string, changes: Partial<RunResult> = {}, plan: Partial<RunPlan> = {}): RunRecord {
  const samples = new LiveSeries();
  for (let at = 100; at <= 3_400; at += 100) samples.take(snapshotAt(at));
  const audit = { accounts: 1_000, sumOfBalances: '100000', negativeBalances: 0 };
  const last = snapshotAt(3_400);
  const result: RunResult = {
    ...last,
    inFlight: 0,
    plan: planWith({ name: `run ${id.slice(-4)}`, ...plan }),
    status: 'completed',
    throughput: 2_941,
    before: audit,
    after: audit,
    moneyConserved: true,
    startedAt: '2026-11-20T09:12:00.000Z',
    ledger: { acknowledged: 9_975, unknown: 0, recorded: 9_975, exact: true },
    moves: { acknowledged: 9_975, exact: true },
    distribution: {
      latency: [0, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100].map((p, at): [number, number] => [p, 20 + 18 * at * at]),
      handlerLatency: [0, 50, 90, 99, 99.9, 100].map((p, at): [number, number] => [p, 5 + 8 * at * at]),
    },
    ...changes,
  };
  return {
    version: 1,
    id,
    startedAt: '2026-11-20T09:12:00.000Z',
    targetName: 'Local cluster',
    origin: 'sidebar',
    result,
    samples: samples.all,
  };
}
