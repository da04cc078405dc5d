import type { JobPhaseView, JobTimelineView } from '../../src/protocol/job-timeline';
import { h } from './dom';
import { formatDuration } from './format';
import { icon } from './icons';

const STATE_TEXT: Readonly<Record<JobTimelineView['state'], string>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
};
/** Phases narrower than this show no text of their own. */
const WORDY_SHARE = 0.18;

/** One job: its states side by side at their real lengths, how long it took, and what the service said. Needs `job-timeline.css`. */
export function jobTimeline(job: JobTimelineView): HTMLElement {
  const { jobId, type, object, status, state, phases, elapsedMs, details, advice } = job;
  return h(
    'article',
    {
      class: `job ${state}`,
      'data-job': jobId,
      'aria-label': `${type} ${object}: ${status}, ${formatDuration(elapsedMs)}`,
    },
    h(
      'div',
      { class: 'job-head' },
      h('span', { class: 'job-mark' }, mark(state)),
      h('b', { class: 'job-object' }, object),
      h('span', { class: 'muted' }, type),
      h('span', { class: 'job-time' }, `${STATE_TEXT[state]} · ${formatDuration(elapsedMs)}`),
    ),
    h('ol', { class: 'job-phases' }, ...phases.map((phase, at) => phaseItem(phase, at === phases.length - 1, state))),
    details !== undefined && h('p', { class: 'job-details' }, details),
    advice !== undefined && h('p', { class: 'job-advice' }, advice),
  );
}

/** A list of jobs, newest first. */
export const jobTimelines = (jobs: readonly JobTimelineView[]): HTMLElement =>
  h('div', { class: 'jobs' }, ...jobs.map(jobTimeline));

function mark(state: JobTimelineView['state']): Node {
  if (state === 'completed') return icon('check');
  return state === 'failed' ? icon('cross') : h('span', { class: 'spinner' });
}

function phaseItem({ status, durationMs, share }: JobPhaseView, last: boolean, state: string): HTMLElement {
  const end = last && state !== 'running';
  const time = end ? '' : formatDuration(durationMs);
  const element = h(
    'li',
    { class: `job-phase ${status}${end ? ' end' : ''}`, title: `${status} ${time}`.trim() },
    h(
      'span',
      { class: share < WORDY_SHARE && !end ? 'job-phase-text visually-hidden' : 'job-phase-text' },
      `${status} ${time}`.trim(),
    ),
  );
  // an end lasts no time, and keeps the room its word needs
  if (!end) element.style.flexGrow = String(Math.max(0.02, share));
  return element;
}
