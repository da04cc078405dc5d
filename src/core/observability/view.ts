/** What panels, terminal and reports show of CloudWatch beside a run: plain data. */
import { SERVICE_PRICES } from '../cost/service-prices';
import type { CloudWatchView, MinuteColumns } from '../../protocol/stress-view';
import { seconds } from '../../base/number-text';
import { compareWithCloudWatch } from './compare';
import { metricsOf, MINUTE_MS, type MetricSubject, type RunMetricId, type RunMetrics } from '../stress/run-metrics';
import { coverageOf, minutesOf, valueAt, type ObservedRun } from './minutes';
import type { WatchState } from './watch';

/** The panel of a run on the local cluster. */
export const LOCAL_CLOUDWATCH: CloudWatchView = {
  status: 'local',
  text: 'CloudWatch knows clusters and functions in AWS only. What this run met, the run itself has counted; the local cluster bills nothing and publishes no metrics.',
  canLook: false,
  rows: [],
  notes: [],
};

/** The panel of a run of which it is not known where or when it was made. */
export const UNKNOWN_CLOUDWATCH: CloudWatchView = {
  status: 'unknown',
  text: 'This run does not say which cluster it was made on, so CloudWatch cannot be asked about it.',
  canLook: false,
  rows: [],
  notes: [],
};

/** The panel of a run on AWS; `state` is absent before anybody has looked. */
export function cloudWatchView(
  run: ObservedRun,
  subject: MetricSubject,
  state: WatchState | undefined,
  nowMs: number,
): CloudWatchView {
  const { metrics, error, status = 'idle' } = state ?? {};
  const rows = metrics ? compareWithCloudWatch(run, metrics, nowMs) : [];
  return {
    status,
    text: statusText(run, state, nowMs),
    canLook: status !== 'watching',
    ...(error && {
      problem: { message: error.message, ...(error.nextStep !== undefined && { nextStep: error.nextStep }) },
    }),
    rows,
    ...(metrics && rows.length > 0 && { minutes: columnsOf(run, metrics, nowMs) }),
    notes: [...(metrics ? notesOf(run, metrics, nowMs) : []), lookNote(subject)],
  };
}

/** How much is there, and how late it came. */
export function statusText(run: ObservedRun, state: WatchState | undefined, nowMs: number): string {
  if (!state) return 'Nobody has asked CloudWatch about this run yet. Its figures come some minutes late.';
  const { metrics, status } = state;
  const next = status === 'watching' ? ' It is asked again until all is there.' : '';
  if (!metrics)
    return `${status === 'watching' ? 'CloudWatch has told nothing yet: its figures come some minutes late.' : 'Nothing came from CloudWatch.'}${next}`;
  const { minutes, known, missing } = coverageOf(run, metrics, nowMs);
  const there = `${known.length} of ${minutes.length} ${minutes.length === 1 ? 'minute is' : 'minutes are'} there`;
  const late = delayText(metrics);
  switch (status) {
    case 'complete':
      return `Complete: ${there}${late}.`;
    case 'gave-up':
      return `${there}${late}; ${missing.length} did not come in the time that was waited.`;
    case 'watching':
      return `${there}${late}.${next}`;
    default:
      return missing.length === 0 ? `${there}${late}.` : `${there}${late}; look again later for the rest.`;
  }
}

function delayText({ delaysMs = {}, readAtMs, toMs }: RunMetrics): string {
  const delays = Object.values(delaysMs);
  if (delays.length === 0)
    return `, read ${seconds(Math.max(0, Math.round((readAtMs - toMs) / 1_000)))} after the last of them`;
  const most = Math.max(...delays);
  return `, at most ${seconds(Math.round(most / 1_000))} late`;
}

function notesOf(run: ObservedRun, metrics: RunMetrics, nowMs: number): string[] {
  const minutes = minutesOf(run, nowMs);
  const outside = minutes.reduce((sum, { fromMs, toMs }) => sum + MINUTE_MS - (toMs - fromMs), 0);
  return [
    ...(outside > 1_000
      ? [
          `CloudWatch counts whole minutes: ${seconds(Math.round(outside / 1_000))} of them lie before or after the run, and whoever used the cluster then is counted too.`,
        ]
      : []),
    'Latencies of CloudWatch are means of the minutes’ percentiles, weighted by calls; a difference of two medians says where time goes, not how long a single call took.',
    ...(metrics.dimension === undefined ? [] : [`Cluster metrics by ${metrics.dimension} = ${metrics.cluster}.`]),
  ];
}

function lookNote(subject: MetricSubject): string {
  const most = metricsOf(subject).length;
  const usd = (most * SERVICE_PRICES.metricsRead.usd) / 1_000;
  return `A look asks for ${most} metrics: about $${usd.toFixed(5)} each, at CloudWatch’s list price of us-east-1 (${SERVICE_PRICES.metricsRead.asOf}).`;
}

/** Minutes on the run's own time axis, clipped to the run; `null`: nothing there. */
function columnsOf(run: ObservedRun, metrics: RunMetrics, nowMs: number): MinuteColumns {
  const minutes = minutesOf(run, nowMs);
  const at = (id: RunMetricId): (number | null)[] => minutes.map(({ atMs }) => valueAt(metrics, id, atMs) ?? null);
  // a metric of what did not happen has no point in a minute that is known
  const rate = (id: RunMetricId): (number | null)[] =>
    minutes.map(({ atMs, fromMs, toMs }) => {
      const known = valueAt(metrics, 'totalTransactions', atMs) !== undefined;
      const value = valueAt(metrics, id, atMs) ?? (known ? 0 : null);
      return value === null ? null : (value * 1_000) / Math.max(1_000, toMs - fromMs);
    });
  return {
    fromMs: minutes.map(({ fromMs }) => fromMs),
    toMs: minutes.map(({ toMs }) => toMs),
    conflicts: rate('occConflicts'),
    transactions: rate('totalTransactions'),
    commitMs: at('commitLatency'),
    durationMs: at('durationP50'),
    concurrent: at('concurrentExecutions'),
  };
}
