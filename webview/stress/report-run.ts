import type { LatencyRow, RunReport, RunStatus, VerdictView } from '../../src/protocol/stress-view';
import { h, type Child } from '../shared/dom';
import { formatCount, formatDuration, formatShare, retriedText } from '../shared/format';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import type { Chart } from './chart';
import { CloudWatchPane } from './cloudwatch-pane';
import { countTable, latencyTable, latencyText, thresholdTable, verdict } from './figures';
import { percentileChart } from './percentile-chart';
import { RunCharts } from './run-charts';

export interface ReportActions {
  open: (id: string) => void;
  exportRun: (id: string) => void;
  exportComparison: (ids: string[]) => void;
  reuse: (id: string) => void;
  remove: (id: string) => void;
  lookAtCloudWatch: (id: string) => void;
  stopCloudWatch: (id: string) => void;
}

const STATUS: Readonly<Record<RunStatus, string>> = {
  completed: 'completed',
  cancelled: 'stopped',
  'timed-out': 'stopped at its time limit',
  aborted: 'stopped by a threshold',
  unreachable: 'ended by itself, as no call got through',
  failed: 'failed',
};

/** A finished run in full. */
export class RunReportView {
  readonly element: HTMLElement;
  private readonly charts = new RunCharts(170, 'report');
  private readonly percentiles: Chart | undefined;
  private readonly cloudWatch: CloudWatchPane;

  constructor(
    private readonly run: RunReport,
    actions: ReportActions,
  ) {
    const { figures, id } = run;
    this.percentiles = percentileChart(
      [
        { label: 'client', points: run.distribution },
        { label: 'handler', points: run.handlerDistribution },
      ],
      200,
    );
    const look = (): void => actions.lookAtCloudWatch(id);
    this.cloudWatch = new CloudWatchPane({ look, stop: () => actions.stopCloudWatch(id) }, false);
    this.element = h(
      'article',
      {},
      h('h1', {}, run.name),
      h(
        'p',
        { class: 'muted' },
        `${STATUS[run.status]}, ${new Date(run.startedAt).toLocaleString()}, ${run.targetName}`,
      ),
      verdict(run.verdict),
      run.failure !== undefined && h('p', { class: 'failure' }, run.failure),
      ...(figures.cautions ?? []).map(text => verdict({ tone: 'warn', text })),
      h(
        'div',
        { class: 'buttons' },
        button({ label: 'Export…', icon: icon('export'), onClick: () => actions.exportRun(id) }).element,
        button({ label: 'Use these settings', icon: icon('reset'), onClick: () => actions.reuse(id) }).element,
        button({ label: 'Delete…', icon: icon('trash'), onClick: () => actions.remove(id) }).element,
      ),
      tiles(run),
      block('Over time', this.charts.element),
      block('Latency', latencyBlock(figures.latency), this.percentiles?.element),
      block(
        'Verdicts',
        thresholdTable(figures.thresholds, 'not measured'),
        figures.generator && verdict(figures.generator),
        figures.ledger && verdict(figures.ledger, figures.ledger.tone === 'warn' ? '' : 'Ledger '),
        figures.moves && verdict(figures.moves, 'Moves '),
        pairs('Money', run.money),
      ),
      figures.cost && block('What it cost', pairs('Cost', [figures.cost])),
      block(
        'Conflicts and errors',
        countTable('Failed calls by class', figures.errors),
        countTable('Calls by number of retries', figures.retryCounts),
        countTable('Hot keys: conflicts by account', figures.hotKeys),
        figures.errors.length + figures.retryCounts.length + figures.hotKeys.length === 0 &&
          h('p', { class: 'muted' }, 'No call failed, and none met a conflict.'),
      ),
      this.cloudWatch.element,
      block('What was run', pairs('Plan', run.plan)),
    );
  }

  draw(): void {
    const { series } = this.run;
    this.charts.setData(series);
    this.charts.setRange(0, Math.max(0.1, (series.atMs.at(-1) ?? 1_000) / 1_000));
    this.charts.draw();
    this.percentiles?.draw();
    this.updateCloudWatch(this.run.cloudWatch);
  }

  updateCloudWatch(view: RunReport['cloudWatch']): void {
    this.cloudWatch.update(view, this.run.series);
  }

  dispose(): void {
    this.cloudWatch.dispose();
    this.charts.dispose();
    this.percentiles?.dispose();
  }
}

type Tile = [name: string, value: string, note: string, tone?: 'bad'];

function tiles({ figures }: RunReport): HTMLElement {
  const total = figures.succeeded + figures.failed;
  const p99 = latencyText(figures.latency.find(({ name }) => name === 'p99')?.clientMs);
  const retried = retriedText(figures.callsWithRetries, figures.maxRetries);
  const all: Tile[] = [
    ['Throughput', formatCount(figures.callsPerSecond), 'succeeded calls a second'],
    ['Succeeded', formatShare(figures.succeeded, total), `${formatCount(figures.succeeded)} of ${formatCount(total)}`],
    ['p99', p99, `mean ${latencyText(figures.meanMs)}`],
    ['Retries', formatCount(figures.retries), retried],
    ['Duration', formatDuration(figures.elapsedMs), dropped(figures.dropped)],
    balanceTile(figures.balance),
  ];
  return h(
    'dl',
    { class: 'tiles' },
    ...all.map(([name, value, note, tone = '']) =>
      h(
        'div',
        { class: `tile ${tone}` },
        h('dt', {}, name),
        h('dd', {}, h('span', { class: 'tile-value' }, value), h('span', { class: 'tile-note' }, note)),
      ),
    ),
  );
}

function balanceTile(balance: VerdictView | undefined): Tile {
  const name = 'Sum of balances';
  if (balance?.tone === 'good') return [name, 'exact', 'as before the run'];
  if (balance?.tone === 'bad') return [name, balance.short ?? 'not exact', balance.text, 'bad'];
  return [name, '–', balance?.text ?? ''];
}

const dropped = (count: number | undefined): string => (count ? `${formatCount(count)} starts dropped` : '');

/** A part of the report with its heading. */
export function block(title: string, ...children: Child[]): HTMLElement {
  return h('section', { 'aria-label': title }, h('h2', {}, title), ...children);
}

/** Names and values. */
function pairs(caption: string, rows: readonly [string, string][]): HTMLElement {
  return h(
    'table',
    // drawn as blocks in a narrow panel, it stays a table
    { class: 'pairs', role: 'table' },
    h('caption', { class: 'visually-hidden' }, caption),
    h(
      'tbody',
      { role: 'rowgroup' },
      ...rows.map(([name, value]) =>
        h('tr', { role: 'row' }, h('th', { scope: 'row', role: 'rowheader' }, name), h('td', { role: 'cell' }, value)),
      ),
    ),
  );
}

function latencyBlock(rows: readonly LatencyRow[]): HTMLElement {
  const table = latencyTable(rows);
  if (!table) return h('p', { class: 'muted' }, 'No call ended: nothing was measured.');
  return h('div', scrollFrame('table-frame', 'Latency by percentile'), table);
}
