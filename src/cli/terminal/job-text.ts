import { shortDuration } from '../../core/catalog/jobs';
import type { JobTimelineView } from '../../protocol/job-timeline';
import { printable } from './style';

/** Each job on a line with the states it was seen in and how long each took; below it what the service said. */
export function jobLines(jobs: readonly JobTimelineView[]): string[] {
  return jobs.flatMap(({ object, type, phases, elapsedMs, details, advice, state }) => [
    printable(
      `${type} ${object}: ${phases.map(({ status, durationMs }, at) => (at < phases.length - 1 || state === 'running' ? `${status} ${shortDuration(durationMs)}` : status)).join(' → ')} (${shortDuration(elapsedMs)})`,
    ),
    ...(details === undefined ? [] : [`  ${printable(details)}`]),
    ...(advice === undefined || state !== 'failed' ? [] : [`  ${advice}`]),
  ]);
}
