import { escapeMarkup } from '../../base/markup';
import { observedRun, subjectOf } from '../observability/minutes';
import { cloudWatchView } from '../observability/view';
import type { MinuteColumns } from '../../protocol/stress-view';
import type { RunResult, SeriesPoint } from '../stress/contract';
import { grid } from './html-table';
import { svgChart, type ChartLine } from './svg-chart';

/** What CloudWatch said of a run, where it was asked: figures side by side, and its minutes on the run's own time axis. */
export function cloudWatchSection(run: RunResult): string {
  const observed = observedRun(run);
  const subject = subjectOf(run);
  const { cloudWatch: metrics } = run;
  if (!observed || !subject || !metrics) return '';
  const { text, rows, minutes, notes } = cloudWatchView(
    observed,
    subject,
    { status: 'stopped', metrics },
    metrics.readAtMs,
  );
  const lines = rows.map(({ name, own = '–', cloudWatch = '–', difference = '', meaning }) => [
    name,
    own,
    cloudWatch,
    difference,
    meaning,
  ]);
  return [
    `<h3>CloudWatch</h3><p>${escapeMarkup(text)}</p>`,
    grid('Ours and CloudWatch’s', ['', 'ours', 'CloudWatch', 'apart', 'what it means'], lines),
    minutes ? charts(run, minutes) : '',
    `<ul>${notes.map(note => `<li>${escapeMarkup(note)}</li>`).join('')}</ul>`,
  ].join('');
}

function charts({ series = [] }: RunResult, minutes: MinuteColumns): string {
  const own = (name: string, y: (point: SeriesPoint) => number): ChartLine => ({
    name,
    tone: 'a',
    points: series.map(point => ({ x: point.atMs / 1000, y: y(point) })),
  });
  const theirs = (name: string, tone: ChartLine['tone'], values: readonly (number | null)[]): ChartLine => ({
    name,
    tone,
    points: values.flatMap((value, at) => {
      const y = value ?? undefined;
      return [
        { x: (minutes.fromMs[at] ?? 0) / 1000, y },
        { x: (minutes.toMs[at] ?? 0) / 1000, y },
      ];
    }),
  });
  return [
    svgChart({
      title: 'Latency against CloudWatch',
      unit: 'ms',
      lines: [
        own('client p50', ({ p50 }) => p50),
        theirs('Duration p50', 'b', minutes.durationMs),
        theirs('CommitLatency', 'd', minutes.commitMs),
      ],
    }),
    svgChart({
      title: 'Conflicts against CloudWatch',
      unit: 'a second',
      lines: [own('met by the run', ({ conflicts }) => conflicts), theirs('OccConflicts', 'd', minutes.conflicts)],
    }),
  ].join('');
}
