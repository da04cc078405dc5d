import { compareRuns } from '../../src/core/stress-view/comparison';
import { liveFigures } from '../../src/core/stress-view/figures';
import { checkForm, DEFAULT_FORM, FORM_LIMITS } from '../../src/core/stress-view/form';
import { plansOfForm } from '../../src/core/stress-view/form-plan';
import { LiveSeries } from '../../src/core/stress-view/live-series';
import { planEnd, planSummary } from '../../src/core/stress-view/plan-facts';
import { WORKSHOP_PRESETS } from '../../src/core/stress-view/presets';
import { reportOf } from '../../src/core/stress-view/report';
import { rowOf, type RunRecord } from '../../src/core/stress-view/run-record';
import { RETRY_POLICIES } from '../../src/core/stress/retry-policies';
import type { StressForm } from '../../src/protocol/stress-form';
import type { LiveRun, StressReportState, StressSidebarState } from '../../src/protocol/stress-view';
import { observedRun, subjectOf } from '../../src/core/observability/minutes';
import { cloudWatchView, LOCAL_CLOUDWATCH } from '../../src/core/observability/view';
import type { WatchState } from '../../src/core/observability/watch';
import { observabilityErrors } from '../../src/core/observability/errors';
import { awsRun, FIRST_MINUTE_MS, metricsOfRun } from '../support/observed-runs';
import { planWith, recordOf, snapshotAt } from '../support/stress-runs';

export const HOSTILE = '<img src=x onerror="document.title=`owned`">';

export const records: RunRecord[] = [
  recordOf('20261120T091200-aaaa', {}, { name: 'with-retries' }),
  recordOf(
    '20261120T091000-bbbb',
    {
      throughput: 1_800,
      moneyConserved: false,
      after: { accounts: 1_000, sumOfBalances: '99990', negativeBalances: 0 },
    },
    { name: HOSTILE },
  ),
  recordOf(
    '20261120T090800-cccc',
    { thresholds: [], failed: 0, errors: {}, throughput: 3_300 },
    { name: 'uniform', inFlight: 500 },
  ),
];

/** What the host says of a form, by the same code. */
export function verdictOf(form: StressForm) {
  const problems = checkForm(form);
  const [plan] = problems.length > 0 ? [] : plansOfForm(form);
  return { problems, summary: plan ? planSummary(plan) : '' };
}

export function sidebarState(changes: Partial<StressSidebarState> = {}): StressSidebarState {
  const form = changes.form ?? DEFAULT_FORM;
  return {
    surface: 'sidebar',
    targets: [
      { id: 'local', name: 'Local cluster', kind: 'local', detail: 'Embedded cluster' },
      { id: 'aws', name: 'orders', kind: 'aws', detail: 'abc.dsql.us-east-1.on.aws' },
    ],
    policies: RETRY_POLICIES.map(({ id, name, description }) => ({ id, name, description })),
    presets: [
      ...WORKSHOP_PRESETS,
      { id: 'mine', name: `My run ${HOSTILE}`, description: '', own: true, form: { ...DEFAULT_FORM, calls: 77 } },
    ],
    limits: FORM_LIMITS,
    presetId: 'ten-thousand',
    form,
    verdict: verdictOf(form),
    history: records.map(rowOf),
    unreadable: 0,
    ...changes,
  };
}

/** A run under way, with every point so far. */
export function liveAt(elapsedMs: number, calls = 10_000): { live: LiveRun; series: LiveSeries } {
  const series = new LiveSeries();
  const step = Math.max(100, elapsedMs / 550);
  for (let at = step; at <= elapsedMs; at += step) series.take(snapshotAt(at, { calls }));
  return { live: liveRun(elapsedMs, calls), series };
}

export function liveRun(elapsedMs: number, calls = 10_000): LiveRun {
  const snapshot = snapshotAt(elapsedMs, { calls });
  return {
    id: '20261120T091500-live',
    name: 'with-retries',
    targetName: 'Local cluster',
    origin: 'sidebar',
    phase: 'running',
    text: planEnd(planWith({ calls })) ?? '',
    fraction: (snapshot.succeeded + snapshot.failed) / calls,
    stopping: false,
    figures: liveFigures(snapshot),
  };
}

export const runningState = (elapsedMs: number, calls?: number): StressSidebarState => {
  const { live, series } = liveAt(elapsedMs, calls);
  return sidebarState({ live, series: series.since(0) });
};

const [first, second, third] = records as [RunRecord, RunRecord, RunRecord];
export const reportState: StressReportState = { surface: 'report', runs: [reportOf(first)], missing: [] };
export const comparisonState: StressReportState = {
  surface: 'report',
  runs: [first, second, third].map(record => reportOf(record)),
  comparison: compareRuns([first, second, third]),
  missing: [],
};

/** A run on AWS with what CloudWatch says of it. */
export function awsReport(state?: WatchState): StressReportState {
  const result = awsRun();
  const [run, subject] = [observedRun(result), subjectOf(result)];
  if (!run || !subject) throw new Error('the run of the fixture was not made on AWS');
  const view = cloudWatchView(run, subject, state, FIRST_MINUTE_MS + 360_000);
  const record = { ...recordOf('20261120T091220-aaaa'), result, targetName: 'orders' };
  return { surface: 'report', runs: [reportOf(record, view)], missing: [] };
}
const delaysMs = { [FIRST_MINUTE_MS]: 130_000, [FIRST_MINUTE_MS + 60_000]: 95_000 };
export const partlyState = awsReport({ status: 'watching', metrics: metricsOfRun({ delaysMs }, 2) });
export const completeState = awsReport({ status: 'complete', metrics: metricsOfRun({ delaysMs }) });
export const refusedState = awsReport({
  status: 'failed',
  error: observabilityErrors.accessDenied('not authorized', 'cloudwatch:GetMetricData', undefined),
});
export const localReport: StressReportState = {
  surface: 'report',
  runs: [reportOf(first, LOCAL_CLOUDWATCH)],
  missing: [],
};

/** The side bar after a run that CloudWatch is asked about. */
export const watchedSidebar = (changes: Parameters<typeof sidebarState>[0] = {}) => {
  const view = partlyState.runs[0]?.cloudWatch;
  if (!view) throw new Error('the fixture has no figures of CloudWatch');
  return sidebarState({ cloudWatch: { id: '20261120T091500-live', name: 'observed', view }, ...changes });
};
