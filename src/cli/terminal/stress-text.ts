import type { LatencySummary, RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import type { RunCost } from '../../core/stress/cost';
import { costInShort } from '../../core/stress-report/cost-figure';
import { targetText } from '../../core/stress-report/figures';
import { madeCalls, verdictsOf, type Verdict } from '../../core/stress-report/verdicts';
import { count, duration, milliseconds, percent } from './figures';
import type { Style } from './style';
import { textTable } from './text-table';

/** Conflicts that were met: those a caller saw, and those a retry made good. */
function conflicts(snapshot: RunSnapshot): number {
  return (snapshot.errors['occ-data'] ?? 0) + (snapshot.errors['occ-schema'] ?? 0) + snapshot.retries;
}

/** `2,310/s  p50 210 ms  p99 802 ms  conflicts 431  in flight 1,000`, with what else there is to tell. */
export function liveFigures(snapshot: RunSnapshot): string {
  const {
    callsPerSecond,
    latency,
    inFlight,
    targetPerSecond,
    dropped = 0,
    balance,
    reportedToMs,
    elapsedMs,
    outageMs,
  } = snapshot;
  if (elapsedMs === 0) return 'connecting…';
  if (reportedToMs !== undefined && latency.count === 0)
    return `${duration(elapsedMs)} gone; the generators report at the end of their legs`;
  return [
    ...(reportedToMs === undefined ? [] : [`${duration(Math.max(0, elapsedMs - reportedToMs))} ago:`]),
    `${count(callsPerSecond)}/s${!targetPerSecond ? '' : ` of ${count(targetPerSecond)}/s`}`,
    `p50 ${latencies(latency, 'p50')}`,
    `p99 ${latencies(latency, 'p99')}`,
    `conflicts ${count(conflicts(snapshot))}`,
    `in flight ${count(inFlight)}`,
    ...(outageMs === undefined ? [] : [`no call through for ${duration(outageMs)}`]),
    ...(dropped > 0 ? [`dropped ${count(dropped)}`] : []),
    ...(balance ? [balance.exact ? 'balance exact' : 'BALANCE NOT EXACT'] : []),
  ].join('  ');
}

/** Calls that ended: what shares are shares of. */
const ended = ({ succeeded, failed }: RunSnapshot): number => succeeded + failed;

type Row = [string, (run: RunResult) => string];

const ROWS: Row[] = [
  ['calls', run => count(run.started)],
  ['succeeded', run => `${count(run.succeeded)} (${percent(run.succeeded, ended(run))})`],
  ['failed', run => failures(run)],
  ['time', run => duration(run.elapsedMs)],
  ['succeeded a second', run => count(run.throughput)],
  ['p50 / p90 / p99', ({ latency }) => latencies(latency, 'p50', 'p90', 'p99')],
  ['p99.9 / max', ({ latency }) => latencies(latency, 'p999', 'max')],
  ['in the handler, p50 / p99', ({ handlerLatency }) => latencies(handlerLatency, 'p50', 'p99')],
  ['retries', run => `${count(run.retries)}, at most ${run.maxRetries} a call`],
  ['attempts per success', run => attemptsPerSuccess(run)],
  ['calls with retries', run => `${count(run.callsWithRetries)} (${percent(run.callsWithRetries, ended(run))})`],
  ['sum of balances', run => balances(run)],
  // a run that was refused before its first call comes to nothing
  ['on AWS, estimated', run => (run.started > 0 ? costInShort(run) : '–')],
];

/** Percentiles side by side; of nothing there are none. */
function latencies(summary: LatencySummary, ...figures: (keyof LatencySummary)[]): string {
  return summary.count === 0 ? '–' : figures.map(figure => milliseconds(summary[figure])).join(' / ');
}

/** One figure when nothing changed: that is what everybody hopes to read. */
function balances({ before, after }: RunResult): string {
  if (before.accounts === 0 && after.accounts === 0) return 'not counted';
  if (after.accounts === 0) return `${before.sumOfBalances} before, not counted after`;
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

const warmupText = ({ started, dropped = 0 }: NonNullable<RunResult['warmup']>): string =>
  `${count(started)} calls, not counted${dropped > 0 ? `; ${count(dropped)} dropped` : ''}`;

/** A run as the command `stress` reports it: figures, hot accounts, and what one has to know about them; this alone where no call was made. */
export function stressReport(run: RunResult, style: Style): string[] {
  const verdicts = verdictsOf(run).map(verdict => verdictLine(verdict, style));
  if (!madeCalls(run)) return verdicts;
  const { dropped, warmup, hotKeys = [], overheadLatency, retryCounts = [], target } = run;
  const extra: [string, string][] = [
    ...(target ? [['target', targetText(target)] as [string, string]] : []),
    ...(dropped === undefined ? [] : [['dropped', count(dropped)] as [string, string]]),
    ...(warmup ? [['warm-up', warmupText(warmup)] as [string, string]] : []),
    ...(run.inFlight > 0 ? [['outcome unknown', count(run.inFlight)] as [string, string]] : []),
    ...(overheadLatency?.count
      ? [
          [
            'outside the handler, p50 / p99',
            [overheadLatency.p50, overheadLatency.p99].map(milliseconds).join(' / '),
          ] as [string, string],
        ]
      : []),
    ...(retryCounts.length > 1
      ? [
          ['calls by retries', retryCounts.map((calls, retries) => `${retries}: ${count(calls)}`).join(', ')] as [
            string,
            string,
          ],
        ]
      : []),
    ...(hotKeys.length > 0
      ? [
          [
            'most conflicts',
            hotKeys
              .slice(0, 5)
              .map(({ account, conflicts }) => `account ${account}: ${count(conflicts)}`)
              .join(', '),
          ] as [string, string],
        ]
      : []),
  ];
  return [
    ...textTable(['', run.plan.name], [...ROWS.map(([name, value]): [string, string] => [name, value(run)]), ...extra]),
    '',
    ...verdicts,
  ];
}

function verdictLine({ level, text }: Verdict, style: Style): string {
  switch (level) {
    case 'good':
      return `${style.green('✓')} ${text}`;
    case 'bad':
      return `${style.red('✗')} ${text}`;
    case 'warning':
      return `${style.yellow('!')} ${text}`;
  }
}

/** What a run may cost, before it is made. */
export function costLines(cost: RunCost, plan: RunPlan): string[] {
  const usd = (value: number): string => `$${value < 0.01 ? value.toFixed(4) : value.toFixed(2)}`;
  const lambda = cost.lambdaUsd > 0 ? `, and ${usd(cost.lambdaUsd)} for Lambda` : '';
  return [
    `At most ${count(cost.calls)} calls within ${duration(plan.maxDurationSeconds * 1000)}: about ${usd(cost.usd)} ` +
      `(${count(cost.dpu)} DPU at $${cost.database.price.usdPerMillionDpu} a million${lambda}), free tiers not taken off.`,
    `An estimate: ${cost.assumptions.join('; ')}.`,
  ];
}
