import { escapeMarkup } from '../../base/markup';
import { count } from '../../base/number-text';
import { moneyDrift } from '../bank/invariants';
import type { RunResult, SeriesPoint } from '../stress/contract';
import { RETRY_COUNTS } from '../stress/counters';
import { costFigure } from './cost-figure';
import { LATENCY_COLUMNS, latencyRow, planFigures, runFigures, type Figure } from './figures';
import { REPORT_STYLE } from './html-style';
import { cloudWatchSection } from './html-cloudwatch';
import { grid } from './html-table';
import { svgChart, type ChartLine } from './svg-chart';
import { verdictsOf } from './verdicts';

/**
 * One or more runs as an HTML page that stands alone: no script, no request, charts as inline SVG, light and dark by the reader's choice.
 * Names and messages come from outside and are text, never markup. `first`: HTML of what stands before the runs.
 */
export function htmlReport(runs: readonly RunResult[], title = 'Stress run on Aurora DSQL', first = ''): string {
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">' +
    `<title>${escapeMarkup(title)}</title><style>${REPORT_STYLE}</style></head><body><main>` +
    `<h1>${escapeMarkup(title)}</h1>${first}${runs.map(runSection).join('')}</main></body></html>\n`
  );
}

function runSection(run: RunResult): string {
  const marks = { good: '✓', bad: '✗', warning: '!' };
  const verdicts = verdictsOf(run).map(
    ({ level, text }) => `<li class="${level}"><b aria-label="${level}">${marks[level]}</b> ${escapeMarkup(text)}</li>`,
  );
  return [
    `<section><h2>${escapeMarkup(run.plan.name)} <small>${escapeMarkup(run.status)}</small></h2>`,
    verdicts.length > 0 ? `<ul class="verdicts">${verdicts.join('')}</ul>` : '',
    `<div class="columns">${table('Result', [...runFigures(run), costFigure(run)])}${table('Plan', planFigures(run))}</div>`,
    latencyTable(run),
    charts(run),
    retryTable(run),
    hotKeyTable(run),
    cloudWatchSection(run),
    '</section>',
  ].join('');
}

function table(caption: string, figures: readonly Figure[]): string {
  const rows = figures.map(
    ([name, value]) => `<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(value)}</td></tr>`,
  );
  return `<table><caption>${escapeMarkup(caption)}</caption>${rows.join('')}</table>`;
}

function latencyTable({ latency, handlerLatency, overheadLatency }: RunResult): string {
  const rows: [string, string[] | undefined][] = [
    ['client, end to end', latencyRow(latency)],
    ['inside the handler', latencyRow(handlerLatency)],
    ['the difference', latencyRow(overheadLatency)],
  ];
  return grid(
    'Latency',
    ['', ...LATENCY_COLUMNS],
    rows.flatMap(([name, cells]) => (cells ? [[name, ...cells]] : [])),
  );
}

const retryTable = ({ retryCounts = [] }: RunResult): string =>
  grid(
    'Calls by retries',
    ['retries', 'calls'],
    retryCounts.length > 1
      ? retryCounts.map((calls, retries) => [
          `${retries}${retries === RETRY_COUNTS - 1 ? ' or more' : ''}`,
          count(calls),
        ])
      : [],
  );

const hotKeyTable = ({ hotKeys = [] }: RunResult): string =>
  grid(
    'Accounts with most conflicts',
    ['account', 'conflicts, at least'],
    hotKeys.map(({ account, conflicts }) => [String(account), count(conflicts)]),
  );

function charts({ series = [], balanceSamples = [], before, plan, distribution }: RunResult): string {
  const starts = series.map((_, i) => series[i - 1]?.atMs ?? (plan.warmupSeconds ?? 0) * 1000);
  const line = (
    name: string,
    tone: ChartLine['tone'],
    y: (point: SeriesPoint, seconds: number) => number | undefined,
  ): ChartLine => ({
    name,
    tone,
    points: series.map((point, i) => ({ x: point.atMs / 1000, y: y(point, (point.atMs - (starts[i] ?? 0)) / 1000) })),
  });
  const rate =
    (of: 'succeeded' | 'failed' | 'dropped' | 'conflicts' | 'retries') => (point: SeriesPoint, seconds: number) =>
      // the last second may have only begun
      seconds > 0.2 ? point[of] / seconds : undefined;
  // a latency of 0 is none
  const measured = (of: 'p50' | 'p95' | 'p99') => (point: SeriesPoint) => point[of] || undefined;
  const open = plan.stages !== undefined;
  return [
    svgChart({
      title: 'Throughput',
      unit: 'calls a second',
      lines: [
        line('succeeded', 'a', rate('succeeded')),
        line('failed', 'd', rate('failed')),
        ...(open
          ? [line('asked for', 'c', ({ targetPerSecond }) => targetPerSecond), line('dropped', 'b', rate('dropped'))]
          : []),
      ],
    }),
    svgChart({
      title: 'Latency, client end to end',
      unit: 'ms',
      lines: [line('p50', 'a', measured('p50')), line('p95', 'b', measured('p95')), line('p99', 'd', measured('p99'))],
    }),
    svgChart({
      title: 'Conflicts and retries, when their call ended',
      unit: 'a second',
      lines: [line('conflicts', 'd', rate('conflicts')), line('retries', 'a', rate('retries'))],
    }),
    svgChart({ title: 'In flight', unit: 'calls', lines: [line('in flight', 'a', ({ inFlight }) => inFlight)] }),
    svgChart({
      title: 'Sum of balances, each sample in one snapshot',
      unit: 'difference from before the run',
      lines: [balanceLine(balanceSamples, before)],
    }),
    svgChart({
      title: 'Latency by percentile',
      unit: 'ms',
      xLabel: nines => percentileOf(nines),
      lines: [
        { name: 'client, end to end', tone: 'a', points: byNines(distribution?.latency ?? []) },
        { name: 'inside the handler', tone: 'b', points: byNines(distribution?.handlerLatency ?? []) },
      ],
    }),
  ].join('');
}

function balanceLine(samples: NonNullable<RunResult['balanceSamples']>, before: RunResult['before']): ChartLine {
  return {
    name: 'sum of balances',
    tone: 'a',
    points: samples.map(({ atMs, audit }) => ({
      x: atMs / 1000,
      y: Number(moneyDrift(before, audit)),
    })),
  };
}

/** Percentiles spread by their nines, 90 at 1, 99 at 2, as HdrHistogram's plots have them. */
const byNines = (points: readonly [number, number][]): { x: number; y: number }[] =>
  points
    .filter(([percentile]) => percentile < 100)
    .map(([percentile, y]) => ({ x: -Math.log10(1 - percentile / 100), y }));

const percentileOf = (nines: number): string => `${Number((100 * (1 - 10 ** -nines)).toPrecision(4))} %`;
