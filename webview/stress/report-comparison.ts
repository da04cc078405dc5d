import type { RunReport, StressComparison, Tone } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import { Chart, type ChartData } from './chart';
import { verdict } from './figures';
import { lineLook, percentileChart } from './percentile-chart';
import { block, type ReportActions } from './report-run';
import { shortCount, shortDuration } from './run-charts';

const WORDS: Readonly<Partial<Record<Tone, string>>> = { good: 'better', bad: 'worse' };

/** Runs side by side: each against the first. */
export class ComparisonReport {
  readonly element: HTMLElement;
  private readonly charts: Chart[];

  constructor(runs: readonly RunReport[], comparison: StressComparison, actions: ReportActions) {
    const labels = comparison.names;
    this.charts = [
      overTime('Succeeded calls a second', runs, labels, ({ series }) => series.succeeded, {
        format: value => `${formatCount(value)}/s`,
        axis: shortCount,
      }),
      overTime('Latency p99', runs, labels, ({ series }) => series.p99, {
        format: formatDuration,
        axis: shortDuration,
      }),
      overTime('Retries a second', runs, labels, ({ series }) => series.retries, {
        format: value => `${formatCount(value)}/s`,
        axis: shortCount,
      }),
    ];
    const percentiles = percentileChart(
      runs.map(({ distribution }, at) => ({ label: labels[at] ?? '', points: distribution })),
      200,
    );
    if (percentiles) this.charts.push(percentiles);
    this.element = h(
      'article',
      {},
      h('h1', {}, 'Runs side by side'),
      verdict(comparison.verdict),
      h(
        'div',
        { class: 'buttons' },
        button({
          label: 'Export…',
          icon: icon('export'),
          onClick: () => actions.exportComparison(runs.map(({ id }) => id)),
        }).element,
      ),
      block('Figures', figureTable(runs, labels, comparison, actions)),
      comparison.differences.length > 0 &&
        block('Settings that differ', differenceTable(labels, comparison.differences)),
      block('Over time', h('div', { class: 'charts' }, ...this.charts.map(({ element }) => element))),
    );
  }

  draw(): void {
    for (const chart of this.charts) chart.draw();
  }

  dispose(): void {
    for (const chart of this.charts) chart.dispose();
  }
}

function overTime(
  title: string,
  runs: readonly RunReport[],
  labels: readonly string[],
  pick: (run: RunReport) => (number | null)[],
  texts: { format: (value: number) => string; axis: (value: number) => string },
): Chart {
  const chart = new Chart({
    title,
    lines: labels.map((label, at) => ({ label, ...lineLook(at) })),
    ...texts,
    height: 190,
    sync: 'comparison',
  });
  // each run has moments of its own: all of them on one axis, gaps are spanned
  const moments = [...new Set(runs.flatMap(({ series }) => series.atMs))].sort((a, b) => a - b);
  const columns = runs.map(run => {
    const values = new Map(run.series.atMs.map((atMs, index) => [atMs, pick(run)[index] ?? null]));
    return moments.map(moment => values.get(moment) ?? null);
  });
  chart.setData([moments.map(ms => ms / 1_000), ...columns] as ChartData);
  chart.setRange(0, Math.max(0.1, (moments.at(-1) ?? 1_000) / 1_000));
  return chart;
}

function figureTable(
  runs: readonly RunReport[],
  labels: readonly string[],
  { rows }: StressComparison,
  actions: ReportActions,
): HTMLElement {
  const head = runs.map(({ id }, at) => {
    const link = h('button', { type: 'button', class: 'link' }, labels[at]);
    link.addEventListener('click', () => actions.open(id));
    return h('th', { scope: 'col' }, link);
  });
  return h(
    'div',
    scrollFrame('table-frame', 'Figures of the runs'),
    h(
      'table',
      { class: 'comparison numeric' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Figure'), ...head)),
      h(
        'tbody',
        {},
        ...rows.map(({ name, values, changes, tones }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...values.map((value, at) => {
              const tone = tones[at] ?? 'neutral';
              const change = changes[at];
              const word = change ? WORDS[tone] : undefined;
              return h(
                'td',
                { class: 'number' },
                value,
                change ? h('span', { class: `change ${tone}` }, change, word !== undefined && ` ${word}`) : undefined,
              );
            }),
          ),
        ),
      ),
    ),
  );
}

function differenceTable(labels: readonly string[], differences: StressComparison['differences']): HTMLElement {
  return h(
    'div',
    scrollFrame('table-frame', 'Settings that differ'),
    h(
      'table',
      { class: 'comparison' },
      h(
        'thead',
        {},
        h('tr', {}, h('th', { scope: 'col' }, 'Setting'), ...labels.map(label => h('th', { scope: 'col' }, label))),
      ),
      h(
        'tbody',
        {},
        ...differences.map(({ name, values }) =>
          h('tr', {}, h('th', { scope: 'row' }, name), ...values.map(value => h('td', {}, value))),
        ),
      ),
    ),
  );
}
