import type { CloudWatchRow, CloudWatchView, SeriesColumns } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import { CloudWatchCharts } from './cloudwatch-charts';

/** What a side bar has room for: conflicts, transactions, where the time goes. The report has all. */
const COMPACT_ROWS = 5;

export interface CloudWatchActions {
  look: () => void;
  stop: () => void;
}

/** What CloudWatch says of a run: how late it is, figures side by side, its minutes on the run's axis. Empty while there is no run. */
export class CloudWatchPane {
  readonly element: HTMLElement;
  private readonly title = h('h2', {}, 'CloudWatch');
  private readonly status = h('p', { class: 'cloudwatch-status', role: 'status' });
  private readonly problem = h('p', { class: 'notice bad', role: 'alert' });
  private readonly figures = h('div', { class: 'cloudwatch-rows' });
  private readonly notes = h('ul', { class: 'muted cloudwatch-notes' });
  private readonly look;
  private readonly stop;
  private readonly plots = h('div', {});
  private charts: CloudWatchCharts | undefined;
  private drawn = '';

  /** `compact`: of a side bar; the first figures only, and the notes are left to the report. */
  constructor(
    actions: CloudWatchActions,
    private readonly compact: boolean,
  ) {
    this.look = button({ label: 'Look again', icon: icon('reset'), onClick: () => actions.look() });
    this.stop = button({ label: 'Stop looking', icon: icon('stop'), onClick: () => actions.stop() });
    this.element = h(
      'section',
      { class: 'cloudwatch', 'aria-label': 'CloudWatch' },
      this.title,
      this.status,
      this.problem,
      h('div', { class: 'buttons' }, this.look.element, this.stop.element),
      this.figures,
      this.plots,
      this.notes,
    );
  }

  update(view: CloudWatchView | undefined, series: SeriesColumns | undefined, name?: string): void {
    this.element.hidden = view === undefined;
    if (!view) return this.clear();
    const { status, text, canLook, problem, rows, minutes, notes } = view;
    setText(this.title, name === undefined ? 'CloudWatch' : `CloudWatch: ${name}`);
    setText(this.status, text);
    this.problem.hidden = problem === undefined;
    setText(this.problem, [problem?.message, problem?.nextStep].filter(part => part !== undefined).join(' '));
    this.look.element.hidden = !canLook;
    this.look.setLabel(status === 'idle' ? 'Ask CloudWatch' : 'Look again');
    this.stop.element.hidden = status !== 'watching';
    const key = JSON.stringify([rows, notes]);
    if (key !== this.drawn) {
      this.drawn = key;
      this.figures.replaceChildren(
        ...(rows.length > 0 ? [this.compact ? list(rows.slice(0, COMPACT_ROWS)) : table(rows)] : []),
      );
      this.notes.replaceChildren(...(this.compact ? [] : notes.map(note => h('li', {}, note))));
    }
    if (!minutes || !series || series.atMs.length === 0) return this.removeCharts();
    if (!this.charts) {
      this.charts = new CloudWatchCharts(this.compact ? 96 : 150, 'cloudwatch');
      this.plots.replaceChildren(this.charts.element);
    }
    this.charts.setData(series, minutes);
    this.charts.draw();
  }

  draw(): void {
    this.charts?.draw();
  }

  dispose(): void {
    this.removeCharts();
  }

  private clear(): void {
    this.drawn = '';
    this.figures.replaceChildren();
    this.removeCharts();
  }

  private removeCharts(): void {
    this.charts?.dispose();
    this.charts = undefined;
    this.plots.replaceChildren();
  }
}

function table(rows: readonly CloudWatchRow[]): HTMLElement {
  const head = ['', 'Ours', 'CloudWatch', 'Apart', 'What it means'].map((name, at) =>
    h('th', { scope: 'col', class: at > 0 && at < 4 ? 'number' : '' }, name),
  );
  return h(
    'div',
    scrollFrame('cloudwatch-frame', 'Figures of the run and of CloudWatch'),
    h(
      'table',
      { class: 'cloudwatch-table', role: 'table' },
      h('thead', {}, h('tr', {}, ...head)),
      h(
        'tbody',
        { role: 'rowgroup' },
        ...rows.map(({ name, own = '–', cloudWatch = '–', difference = '–', meaning, tone }) =>
          h(
            'tr',
            // drawn as blocks in a narrow panel, it stays a table
            { class: tone, role: 'row' },
            h('th', { scope: 'row', role: 'rowheader' }, name),
            h('td', { class: 'number', role: 'cell', 'data-column': 'Ours' }, own),
            h('td', { class: 'number', role: 'cell', 'data-column': 'CloudWatch' }, cloudWatch),
            h('td', { class: 'number', role: 'cell', 'data-column': 'Apart' }, difference),
            h('td', { class: 'meaning', role: 'cell' }, mark(tone), meaning),
          ),
        ),
      ),
    ),
  );
}

const list = (rows: readonly CloudWatchRow[]): HTMLElement =>
  h(
    'dl',
    { class: 'cloudwatch-list' },
    ...rows.map(({ name, own, cloudWatch = '–', difference, meaning, tone }) =>
      h(
        'div',
        { class: tone },
        h('dt', {}, name),
        h(
          'dd',
          {},
          h('strong', {}, own === undefined ? cloudWatch : `${own} ↔ ${cloudWatch}`),
          difference === undefined ? '' : ` (apart ${difference})`,
          meaning === '' ? '' : h('div', { class: 'muted' }, meaning),
        ),
      ),
    ),
  );

const mark = (tone: CloudWatchRow['tone']): HTMLElement | SVGElement | string =>
  tone === 'good' ? icon('check') : tone === 'warn' ? icon('warning') : '';

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
