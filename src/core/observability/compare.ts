/** A run's own figures against those of CloudWatch: how far they are apart, and what lies between. */
import { count, milliseconds } from '../stress-view/number-text';
import type { RunPlan } from '../stress/contract';
import { estimateCostOfRun } from '../stress/cost';
import { RUN_METRICS, type RunMetricId, type RunMetrics } from './metrics';
import { coverageOf, valueAt, type Coverage, type ObservedRun, type OwnCounts } from './minutes';

/** One line of the comparison; figures are texts with their units. */
export interface ComparedFigure {
  name: string;
  /** Ours; absent where only CloudWatch can know. */
  own?: string;
  /** CloudWatch's; absent where it has nothing yet. */
  cloudWatch?: string;
  /** Theirs less ours, or ours less theirs for latency: named in `meaning`. */
  difference?: string;
  /** What the difference is, or what the figure says. One sentence, maybe empty. */
  meaning: string;
  tone: 'good' | 'warn' | 'neutral';
}

/** Counts differ by so little for reasons that are nobody's concern: audits, samples, the edges of minutes. */
const SLACK_SHARE = 0.02;
const SLACK_COUNT = 5;

/** What a comparison is made of: everything over the same minutes. */
interface Ground {
  run: ObservedRun;
  metrics: RunMetrics;
  coverage: Coverage;
  own: OwnCounts;
  /** All minutes are there: the run's own totals hold, not only the sums of its seconds. */
  whole: boolean;
}

/** The comparison over the minutes that CloudWatch knows. */
export function compareWithCloudWatch(run: ObservedRun, metrics: RunMetrics, nowMs: number): ComparedFigure[] {
  const coverage = coverageOf(run, metrics, nowMs);
  const ground: Ground = { run, metrics, coverage, ...ownOf(run, coverage) };
  if (coverage.known.length === 0) return [];
  return [
    conflicts(ground),
    transactions(ground),
    ...latencies(ground),
    ...(metrics.functionName === undefined ? [] : calls(ground)),
    ...charges(ground),
    ...clusterOnly(ground),
  ];
}

function ownOf(run: ObservedRun, { known, complete }: Coverage): Pick<Ground, 'own' | 'whole'> {
  const { succeeded, failed, retries, conflicts: met } = run.totals;
  const sum = (name: keyof OwnCounts): number => known.reduce((all, { own }) => all + own[name], 0);
  if (complete) return { own: { succeeded, failed, retries, conflicts: met ?? sum('conflicts') }, whole: true };
  const own = {
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    conflicts: sum('conflicts'),
    retries: sum('retries'),
  };
  return { own, whole: false };
}

/** Undefined when no known minute has a point; metrics of which nothing happened have none. */
function values({ metrics, coverage }: Ground, id: RunMetricId): number[] {
  return coverage.known.flatMap(({ atMs }) => valueAt(metrics, id, atMs) ?? []);
}

/** Sum over the known minutes: 0 for what CloudWatch publishes only when it happens. */
const sumOf = (ground: Ground, id: RunMetricId): number => values(ground, id).reduce((sum, value) => sum + value, 0);
const maxOf = (ground: Ground, id: RunMetricId): number | undefined => {
  const all = values(ground, id);
  return all.length > 0 ? Math.max(...all) : undefined;
};

/** Mean of the minutes' figures, each weighted by what happened in it; percentiles of minutes cannot be merged exactly. */
function weightedMean({ metrics, coverage }: Ground, id: RunMetricId, by: RunMetricId): number | undefined {
  let [sum, weights] = [0, 0];
  for (const { atMs } of coverage.known) {
    const value = valueAt(metrics, id, atMs);
    const weight = valueAt(metrics, by, atMs) ?? 0;
    if (value === undefined) continue;
    sum += value * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : undefined;
}

const signed = (value: number): string =>
  Math.round(value) === 0 ? '0' : `${value > 0 ? '+' : '−'}${count(Math.abs(value))}`;
const agree = (own: number, theirs: number): boolean =>
  Math.abs(theirs - own) <= Math.max(SLACK_COUNT, SLACK_SHARE * Math.max(own, theirs));

function conflicts(ground: Ground): ComparedFigure {
  const { own, run } = ground;
  const theirs = sumOf(ground, 'occConflicts');
  const schema = run.totals.errors['occ-schema'] ?? 0;
  const same = agree(own.conflicts, theirs);
  return {
    name: 'Conflicts ↔ OccConflicts',
    own: count(own.conflicts),
    cloudWatch: count(theirs),
    difference: signed(theirs - own.conflicts),
    meaning: same
      ? 'Both count the same conflicts.'
      : theirs > own.conflicts
        ? `DSQL aborted more transactions than were reported to the run: ${moreReasons(run)}.`
        : `The run met more conflicts than DSQL counts: ${schema > 0 ? `${count(schema)} were conflicts with DDL (OC001), which OccConflicts leaves out` : 'OccConflicts counts keys (OC000), not conflicts with DDL (OC001), and its newest minutes may still grow'}.`,
    tone: same ? 'good' : 'warn',
  };
}

function moreReasons({ plan, totals }: ObservedRun): string {
  return [
    'other clients of the cluster in these minutes',
    ...(totals.warmup ? ['the warm-up'] : []),
    ...(plan.workload.type === 'lambda-transfer' ? ['retries that the function does not report'] : []),
    ...(totals.inFlight > 0 ? ['calls whose answer was never seen'] : []),
  ].join(', or ');
}

/** Attempts of workloads whose calls are one transaction each. */
const isOneEach = ({ workload }: RunPlan): boolean =>
  workload.type === 'lambda-transfer' || workload.type === 'sql-transfer' || workload.type === 'sql-mix';

function transactions(ground: Ground): ComparedFigure {
  const { own, run, whole } = ground;
  const theirs = sumOf(ground, 'totalTransactions');
  const readOnly = sumOf(ground, 'readOnlyTransactions');
  const split = `${count(readOnly)} of them read only`;
  if (!isOneEach(run.plan))
    return { name: 'TotalTransactions', cloudWatch: count(theirs), meaning: `${split}.`, tone: 'neutral' };
  const attempts = own.succeeded + own.failed + own.retries + (whole ? (run.totals.warmup?.started ?? 0) : 0);
  const same = agree(attempts, theirs);
  return {
    name: 'Attempts ↔ TotalTransactions',
    own: count(attempts),
    cloudWatch: count(theirs),
    difference: signed(theirs - attempts),
    meaning: same
      ? `Calls and their retries are all the cluster did; ${split}.`
      : theirs > attempts
        ? `The cluster did more than the run’s calls and their retries: ${moreReasons(run)}; ${split}.`
        : `Some calls never became a transaction: throttled, refused, or failed on the way; ${split}.`,
    tone: same ? 'good' : 'neutral',
  };
}

function latencies(ground: Ground): ComparedFigure[] {
  const { latency } = ground.run.totals;
  if (latency.count === 0) return [];
  const commit = weightedMean(ground, 'commitLatency', 'totalTransactions');
  const duration = weightedMean(ground, 'durationP50', 'invocations');
  const p99 = weightedMean(ground, 'durationP99', 'invocations');
  const between = (name: string, own: number, theirs: number | undefined, meaning: string): ComparedFigure[] =>
    theirs === undefined
      ? []
      : [
          {
            name,
            own: milliseconds(own),
            cloudWatch: milliseconds(theirs),
            difference: milliseconds(Math.max(0, own - theirs)),
            meaning,
            tone: 'neutral',
          },
        ];
  const way = 'the way there and back, TLS, Lambda’s own work before the handler, cold starts';
  const inside = 'statements and their round trips, the handler’s code, waiting between retries';
  return [
    ...between('Client p50 ↔ Duration p50', latency.p50, duration, `Between: ${way}.`),
    ...between('Client p99 ↔ Duration p99', latency.p99, p99, `Between, in the slow calls: ${way}.`),
    ...(duration === undefined
      ? between('Client p50 ↔ CommitLatency', latency.p50, commit, `Between: ${inside}, and the way there and back.`)
      : between('Duration p50 ↔ CommitLatency', duration, commit, `Between, both by CloudWatch: ${inside}.`)),
  ];
}

function calls(ground: Ground): ComparedFigure[] {
  const { own, run, whole } = ground;
  const { errors, warmup } = run.totals;
  const throttled = errors.throttled ?? 0;
  const made = own.succeeded + own.failed + (whole ? (warmup?.started ?? 0) - throttled : 0);
  const invocations = sumOf(ground, 'invocations');
  const throttles = sumOf(ground, 'throttles');
  const failures = sumOf(ground, 'errors');
  const functionErrors = errors['function-error'] ?? 0;
  const concurrent = maxOf(ground, 'concurrentExecutions');
  const mostInFlight = Math.max(0, ...run.series.map(({ inFlight }) => inFlight));
  const counted = (name: string, mine: number, theirs: number, fine: string, else_: string): ComparedFigure => ({
    name,
    own: count(mine),
    cloudWatch: count(theirs),
    difference: signed(theirs - mine),
    meaning: agree(mine, theirs) ? fine : else_,
    tone: agree(mine, theirs) ? 'good' : 'warn',
  });
  return [
    counted(
      'Calls ↔ Invocations',
      made,
      invocations,
      'Every call reached the function, once.',
      invocations > made
        ? 'The function was invoked more often than the run called it: somebody else, or something repeats calls.'
        : 'Calls that were throttled or lost on the way are no invocations.',
    ),
    ...(whole
      ? [
          counted(
            'Throttled calls ↔ Throttles',
            throttled,
            throttles,
            throttles > 0 ? 'The concurrency limit was met.' : 'The concurrency limit was never met.',
            'Throttles counts calls of everybody against this function.',
          ),
          counted(
            'Function errors ↔ Errors',
            functionErrors,
            failures,
            failures > 0
              ? 'The handler threw or timed out that often.'
              : 'The handler never threw; a refused transfer is an answer.',
            'Errors counts what the handler threw, its timeouts and its crashes; the run counts answers it saw.',
          ),
        ]
      : []),
    ...(concurrent === undefined
      ? []
      : [
          {
            name: 'Most in flight ↔ ConcurrentExecutions',
            ...(mostInFlight > 0 && { own: count(mostInFlight) }),
            cloudWatch: count(concurrent),
            meaning:
              mostInFlight > concurrent * 1.1
                ? `Of ${count(mostInFlight)} calls in flight at most ${count(concurrent)} were inside the function at a time: the others were on their way, or waited.`
                : 'What is in flight is in the function.',
            tone: 'neutral' as const,
          },
        ]),
  ];
}

function charges(ground: Ground): ComparedFigure[] {
  const { own, run, metrics } = ground;
  const total = sumOf(ground, 'totalDpu');
  if (values(ground, 'totalDpu').length === 0) return [];
  const elapsedMs = ground.coverage.known.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const { dpu } = estimateCostOfRun({ plan: run.plan, ...own, elapsedMs }, metrics.region);
  const part = (id: RunMetricId): string =>
    `${dpuText(sumOf(ground, id))} ${RUN_METRICS[id].name.replace('DPU', '').toLowerCase()}`;
  const parts = (['computeDpu', 'readDpu', 'writeDpu'] as const).map(part).join(', ');
  return [
    {
      name: 'Estimated DPU ↔ TotalDPU',
      own: dpuText(dpu),
      cloudWatch: dpuText(total),
      difference: `${total >= dpu ? '+' : '−'}${dpuText(Math.abs(total - dpu))}`,
      meaning: `Metered: ${parts}. The estimate counts each attempt as one that went through; the bill is AWS’s.`,
      tone: 'neutral',
    },
  ];
}

const dpuText = (dpu: number): string =>
  dpu.toLocaleString('en-US', { maximumFractionDigits: dpu < 10 ? 2 : 0, minimumFractionDigits: 0 });

function clusterOnly(ground: Ground): ComparedFigure[] {
  const total = sumOf(ground, 'totalTransactions');
  const timeouts = sumOf(ground, 'queryTimeouts');
  const each = (value: number, text: (value: number) => string): string =>
    total > 0 ? `${text(value / total)} a transaction.` : '';
  return [
    {
      name: 'QueryTimeouts',
      cloudWatch: count(timeouts),
      meaning: timeouts > 0 ? 'Queries that met the limit of a transaction’s time.' : 'No query met the limit of time.',
      tone: timeouts > 0 ? 'warn' : 'good',
    },
    ...(['bytesRead', 'bytesWritten'] as const).flatMap((id): ComparedFigure[] =>
      values(ground, id).length === 0
        ? []
        : [
            {
              name: RUN_METRICS[id].name,
              cloudWatch: bytesText(sumOf(ground, id)),
              meaning: each(sumOf(ground, id), bytesText),
              tone: 'neutral',
            },
          ],
    ),
    ...(values(ground, 'computeTime').length === 0
      ? []
      : [
          {
            name: 'ComputeTime',
            cloudWatch: milliseconds(sumOf(ground, 'computeTime')),
            meaning: each(sumOf(ground, 'computeTime'), milliseconds),
            tone: 'neutral' as const,
          },
        ]),
  ];
}

function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${Number(bytes.toFixed(0))} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
