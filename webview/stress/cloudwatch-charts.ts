import type { MinuteColumns, SeriesColumns } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration } from '../shared/format';
import { Chart, type ChartData, type ChartLine } from './chart';
import { shortCount, shortDuration } from './run-charts';

type Column = readonly (number | null)[];
/** Own lines and CloudWatch's, in the order of the chart's lines. */
type Pick = (own: SeriesColumns, minutes: MinuteColumns) => { own: Column[]; minutes: Column[] };

const theirs = (label: string, color: ChartLine['color'], dash: number[]): ChartLine => ({
  label,
  color,
  dash,
  gaps: true,
  optional: true,
});
const rate = (value: number): string => `${formatCount(value)}/s`;

/** CloudWatch's minutes over the run's own seconds, on one time axis. A minute that is not there is a gap. */
export class CloudWatchCharts {
  readonly element: HTMLElement;
  private readonly charts: { chart: Chart; pick: Pick }[];

  constructor(height: number, sync: string) {
    const make = (
      options: Omit<ConstructorParameters<typeof Chart>[0], 'height' | 'sync'>,
      pick: Pick,
    ): { chart: Chart; pick: Pick } => ({ chart: new Chart({ ...options, height, sync }), pick });
    this.charts = [
      make(
        {
          title: 'Latency',
          lines: [
            { label: 'client p50', color: 'blue' },
            theirs('Duration p50', 'orange', [6, 3]),
            theirs('CommitLatency p50', 'purple', [2, 2]),
          ],
          format: formatDuration,
          axis: shortDuration,
        },
        ({ p50 }, { durationMs, commitMs }) => ({ own: [p50], minutes: [durationMs, commitMs] }),
      ),
      make(
        {
          title: 'Conflicts a second',
          lines: [{ label: 'met by the run', color: 'bad' }, theirs('OccConflicts', 'orange', [6, 3])],
          format: rate,
          axis: shortCount,
        },
        ({ conflicts }, minutes) => ({ own: [conflicts], minutes: [minutes.conflicts] }),
      ),
      make(
        {
          title: 'In flight',
          lines: [{ label: 'calls', color: 'purple' }, theirs('ConcurrentExecutions, most', 'orange', [6, 3])],
          format: formatCount,
          axis: shortCount,
        },
        ({ inFlight }, { concurrent }) => ({ own: [inFlight], minutes: [concurrent] }),
      ),
    ];
    this.element = h('div', { class: 'charts' }, ...this.charts.map(({ chart }) => chart.element));
  }

  setData(own: SeriesColumns, minutes: MinuteColumns): void {
    const edges = [...minutes.fromMs, ...minutes.toMs.map(to => to - 1)];
    const times = [...new Set([...own.atMs, ...edges])].sort((a, b) => a - b);
    const ownAt = new Map(own.atMs.map((at, index) => [at, index]));
    const minuteAt = (at: number): number =>
      minutes.toMs.findIndex((to, i) => at < to || i === minutes.toMs.length - 1);
    const seconds = times.map(at => at / 1_000);
    for (const { chart, pick } of this.charts) {
      const columns = pick(own, minutes);
      chart.setData([
        seconds,
        ...columns.own.map(column => times.map(at => column[ownAt.get(at) ?? -1] ?? null)),
        ...columns.minutes.map(column => times.map(at => column[minuteAt(at)] ?? null)),
      ] as ChartData);
      chart.setRange(0, Math.max(0.1, (times.at(-1) ?? 1_000) / 1_000));
    }
  }

  draw(): void {
    for (const { chart } of this.charts) chart.draw();
  }

  dispose(): void {
    for (const { chart } of this.charts) chart.dispose();
  }
}
