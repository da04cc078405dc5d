import type {
  CountRow,
  LatencyRow,
  RunFigures,
  ThresholdView,
  Tone,
  VerdictView,
} from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration, formatShare } from '../shared/format';
import { icon } from '../shared/icons';

const ICONS = { good: 'check', bad: 'cross', warn: 'warning', neutral: 'circle' } as const;

/** A verdict with its mark; the text says it without the colour. */
export function verdict({ tone, text }: VerdictView, prefix = ''): HTMLElement {
  return h('p', { class: `verdict ${tone}` }, icon(ICONS[tone]), h('span', {}, prefix, text));
}

export type Figure = [name: string, value: string, tone?: Tone];

/** The figures that are told while a run goes on, and at its end. */
export function mainFigures(figures: RunFigures): Figure[] {
  const ended = figures.succeeded + figures.failed;
  const latency = (name: string): string => latencyText(figures.latency.find(row => row.name === name)?.clientMs);
  return [
    ['Calls', formatCount(ended)],
    ['A second', formatCount(figures.callsPerSecond)],
    ...optional('Target', figures.targetPerSecond, value => `${formatCount(value)}/s`),
    ['Succeeded', formatShare(figures.succeeded, ended)],
    ['Failed', formatCount(figures.failed), figures.failed > 0 ? 'warn' : undefined],
    ...optional('Dropped', figures.dropped, formatCount),
    ['In flight', formatCount(figures.inFlight)],
    ['Conflicts', formatCount(figures.conflicts)],
    ['Retries', formatCount(figures.retries)],
    ['Most retries', formatCount(figures.maxRetries)],
    ...optional('Exhausted', figures.exhausted, formatCount),
    ['p50', latency('p50')],
    ['p90', latency('p90')],
    ['p99', latency('p99')],
    ['Time', figures.elapsedMs > 0 ? formatDuration(figures.elapsedMs) : '–'],
    ...optional('Warm-up', figures.warmupCalls, value => `${formatCount(value)} calls`),
    ...optional('Dropped in it', figures.warmupDropped, formatCount),
  ];
}

/** Of nothing there is no latency. */
export const latencyText = (ms: number | undefined): string => (ms === undefined ? '–' : formatDuration(ms));

function optional(name: string, value: number | undefined, text: (value: number) => string): Figure[] {
  return value === undefined ? [] : [[name, text(value)]];
}

/** A list of names and values that is updated in place: only texts that changed are touched. */
export class FigureList {
  readonly element: HTMLElement;
  private cells = new Map<string, { box: HTMLElement; value: HTMLElement }>();

  constructor(label: string) {
    this.element = h('dl', { class: 'figures', 'aria-label': label });
  }

  update(figures: readonly Figure[]): void {
    if (figures.length !== this.cells.size || figures.some(([name]) => !this.cells.has(name))) {
      this.cells = new Map(
        figures.map(([name]) => {
          const value = h('dd', {});
          return [name, { box: h('div', {}, h('dt', {}, name), value), value }];
        }),
      );
      this.element.replaceChildren(...[...this.cells.values()].map(({ box }) => box));
    }
    for (const [name, text, tone] of figures) {
      const cell = this.cells.get(name);
      if (!cell) continue;
      if (cell.value.textContent !== text) cell.value.textContent = text;
      if (cell.box.className !== (tone ?? '')) cell.box.className = tone ?? '';
    }
  }
}

/** Names and counts with bars of their share of the largest. */
export function countTable(caption: string, rows: readonly CountRow[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const most = Math.max(...rows.map(({ count }) => count), 1);
  return h(
    'table',
    { class: 'counts' },
    h('caption', {}, caption),
    h(
      'tbody',
      {},
      ...rows.map(({ label, count, detail }) => {
        const bar = h('div', { class: 'bar' });
        bar.style.width = `${Math.max(0.5, (100 * count) / most).toFixed(1)}%`;
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, label, detail !== undefined && h('div', { class: 'detail' }, detail)),
          h('td', { class: 'bar-cell', 'aria-hidden': 'true' }, bar),
          h('td', { class: 'number' }, formatCount(count)),
        );
      }),
    ),
  );
}

/** Conditions, each with what it was held to. */
export function thresholdTable(
  thresholds: readonly ThresholdView[],
  unknown = 'not known yet',
): HTMLElement | undefined {
  if (thresholds.length === 0) return undefined;
  return h(
    'ul',
    { class: 'thresholds', 'aria-label': 'Thresholds' },
    ...thresholds.map(({ threshold, passed, actual }) => {
      const tone = passed === undefined ? 'neutral' : passed ? 'good' : 'bad';
      const word = passed === undefined ? unknown : passed ? 'passed' : 'missed';
      return h(
        'li',
        { class: tone },
        icon(ICONS[tone]),
        h('code', {}, threshold),
        h('span', { class: 'outcome' }, `${word}${actual === '' ? '' : `: ${actual}`}`),
      );
    }),
  );
}

/** Client, handler and what lies between, by percentile; nothing where no call ended. */
export function latencyTable(rows: readonly LatencyRow[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const handler = rows.some(({ handlerMs }) => handlerMs !== undefined);
  const overhead = rows.some(({ overheadMs }) => overheadMs !== undefined);
  const cell = (value: number | undefined): HTMLElement => h('td', { class: 'number' }, latencyText(value));
  return h(
    'table',
    { class: 'latency' },
    h('caption', { class: 'visually-hidden' }, 'Latency by percentile'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...['Percentile', 'Client', ...(handler ? ['Handler'] : []), ...(overhead ? ['Between'] : [])].map(name =>
          h('th', { scope: 'col' }, name),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      ...rows.map(({ name, clientMs, handlerMs, overheadMs }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          cell(clientMs),
          handler && cell(handlerMs),
          overhead && cell(overheadMs),
        ),
      ),
    ),
  );
}
