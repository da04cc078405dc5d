import type { SeriesColumns } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration } from '../shared/format';
import { Chart, type ChartData } from './chart';

/** `950`, `1.2k`, `3M` */
export function shortCount(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`;
  if (Math.abs(value) >= 1e4) return `${Math.round(value / 1e3)}k`;
  if (Math.abs(value) >= 1e3) return `${Number((value / 1e3).toFixed(1))}k`;
  return String(Number(value.toFixed(2)));
}

/** `250 µs`, `40 ms`, `1.5 s`, for an axis. */
export function shortDuration(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 1_000) return `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
  return `${Number((ms / 1_000).toFixed(1))} s`;
}

const rate = (value: number): string => `${formatCount(value)}/s`;
const drift = (value: number): string => (value === 0 ? 'exact' : `${value > 0 ? '+' : ''}${formatCount(value)}`);

/** The five charts of a run over time, with one cursor. */
export class RunCharts {
  readonly element: HTMLElement;
  private readonly charts: { chart: Chart; pick: (columns: SeriesColumns) => (number | null)[][] }[];

  constructor(height: number, sync: string) {
    const make = (
      options: Omit<ConstructorParameters<typeof Chart>[0], 'height' | 'sync'>,
      pick: (columns: SeriesColumns) => (number | null)[][],
    ) => ({ chart: new Chart({ ...options, height, sync }), pick });
    this.charts = [
      make(
        {
          title: 'Calls a second',
          lines: [
            { label: 'succeeded', color: 'blue', fill: 'zero' },
            { label: 'failed', color: 'bad', dash: [2, 2] },
            { label: 'target', color: 'muted', dash: [6, 4], optional: true },
          ],
          format: rate,
          axis: shortCount,
        },
        ({ succeeded, failed, target }) => [succeeded, failed, target],
      ),
      make(
        {
          title: 'Latency, client end to end',
          lines: [
            { label: 'p99', color: 'orange', fill: 'next', dash: [2, 2] },
            { label: 'p90', color: 'purple', fill: 'next', dash: [6, 3] },
            { label: 'p50', color: 'blue' },
          ],
          format: formatDuration,
          axis: shortDuration,
        },
        ({ p50, p90, p99 }) => [p99, p90, p50],
      ),
      make(
        {
          title: 'Conflicts and retries a second, when their call ended',
          lines: [
            { label: 'conflicts', color: 'bad' },
            { label: 'retries', color: 'warn', dash: [6, 3] },
          ],
          format: rate,
          axis: shortCount,
        },
        ({ conflicts, retries }) => [conflicts, retries],
      ),
      make(
        {
          title: 'In flight',
          lines: [{ label: 'calls', color: 'purple', fill: 'zero' }],
          format: formatCount,
          axis: shortCount,
        },
        ({ inFlight }) => [inFlight],
      ),
      make(
        {
          title: 'Sum of balances, against the start',
          lines: [{ label: 'difference', color: 'good', stepped: true }],
          format: drift,
          axis: value => (value === 0 ? '0' : shortCount(value)),
          range: (min, max) => {
            const reach = Math.max(1, Math.abs(min), Math.abs(max)) * 1.2;
            return [-reach, reach];
          },
        },
        columns => [columns.drift],
      ),
    ];
    this.element = h('div', { class: 'charts' }, ...this.charts.map(({ chart }) => chart.element));
  }

  setData(columns: SeriesColumns): void {
    const seconds = columns.atMs.map(ms => ms / 1_000);
    for (const { chart, pick } of this.charts) chart.setData([seconds, ...pick(columns)] as ChartData);
  }

  /** Seconds from and to. */
  setRange(min: number, max: number): void {
    for (const { chart } of this.charts) chart.setRange(min, max);
  }

  draw(): void {
    for (const { chart } of this.charts) chart.draw();
  }

  dispose(): void {
    for (const { chart } of this.charts) chart.dispose();
  }
}
