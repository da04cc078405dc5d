import type { RunResult, RunSnapshot } from '../../core/stress/contract';
import { count, duration, milliseconds, percent } from './figures';
import { textTable } from './text-table';

/** Conflicts that were met: those a caller saw, and those a retry made good. */
function conflicts(snapshot: RunSnapshot): number {
  return (snapshot.errors['occ-data'] ?? 0) + (snapshot.errors['occ-schema'] ?? 0) + snapshot.retries;
}

/** `2,310/s  p50 210 ms  p99 802 ms  conflicts 431  in flight 1,000`. */
export function liveFigures(snapshot: RunSnapshot): string {
  const { callsPerSecond, latency, inFlight } = snapshot;
  return [
    `${count(callsPerSecond)}/s`,
    `p50 ${milliseconds(latency.p50)}`,
    `p99 ${milliseconds(latency.p99)}`,
    `conflicts ${count(conflicts(snapshot))}`,
    `in flight ${count(inFlight)}`,
  ].join('  ');
}

type Row = [string, (run: RunResult) => string];

const ROWS: Row[] = [
  ['calls', run => count(run.plan.calls)],
  ['succeeded', run => `${count(run.succeeded)} (${percent(run.succeeded, run.plan.calls)})`],
  ['failed', run => failures(run)],
  ['time', run => duration(run.elapsedMs)],
  ['calls a second', run => count(run.throughput)],
  ['p50 / p90 / p99', run => [run.latency.p50, run.latency.p90, run.latency.p99].map(milliseconds).join(' / ')],
  ['p99.9 / max', run => [run.latency.p999, run.latency.max].map(milliseconds).join(' / ')],
  [
    'in the handler, p50 / p99',
    run =>
      run.handlerLatency.count === 0
        ? '–'
        : [run.handlerLatency.p50, run.handlerLatency.p99].map(milliseconds).join(' / '),
  ],
  ['retries', run => `${count(run.retries)}, at most ${run.maxRetries} a call`],
  ['attempts per success', run => attemptsPerSuccess(run)],
  ['calls with retries', run => `${count(run.callsWithRetries)} (${percent(run.callsWithRetries, run.plan.calls)})`],
  ['sum of balances', run => balances(run)],
];

/** One figure when nothing changed: that is what everybody hopes to read. */
function balances({ before, after }: RunResult): string {
  if (before.sumOfBalances === after.sumOfBalances) return `${after.sumOfBalances}, unchanged`;
  return `${before.sumOfBalances} before, ${after.sumOfBalances} after`;
}

/** Transactions begun for each that was committed: 1 is no work wasted. */
function attemptsPerSuccess({ succeeded, failed, retries }: RunResult): string {
  return succeeded === 0 ? '–' : ((succeeded + failed + retries) / succeeded).toFixed(2);
}

function failures(run: RunResult): string {
  const classes = Object.entries(run.errors)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${count(n)} ${name}`);
  return classes.length === 0 ? count(run.failed) : `${count(run.failed)}: ${classes.join(', ')}`;
}

/** One run, or several side by side: a column each. */
export function stressTable(runs: readonly RunResult[]): string[] {
  return textTable(
    ['', ...runs.map(run => run.plan.name)],
    ROWS.map(([name, value]) => [name, ...runs.map(value)]),
  );
}
