import type { CloudWatchView } from '../../protocol/stress-view';
import type { Style } from './style';
import { textTable } from './text-table';

/** What CloudWatch says of a run, below its report. */
export function cloudWatchLines({ text, problem, rows, notes }: CloudWatchView, style: Style): string[] {
  return [
    style.bold('CloudWatch'),
    text,
    ...(problem
      ? [`${style.yellow('!')} ${problem.message}`, ...(problem.nextStep ? [`  ${problem.nextStep}`] : [])]
      : []),
    ...(rows.length > 0
      ? [
          '',
          ...textTable(
            ['ours ↔ CloudWatch', 'ours', 'CloudWatch', 'apart'],
            rows.map(({ name, own = '–', cloudWatch = '–', difference = '' }) => [name, own, cloudWatch, difference]),
          ),
          '',
          ...rows.filter(({ meaning }) => meaning !== '').map(({ name, meaning }) => `${name}: ${meaning}`),
          '',
        ]
      : []),
    ...notes.map(note => style.dim(note)),
  ];
}
