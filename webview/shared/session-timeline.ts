import './session-timeline.css';
import type { LaneView, SeenView, TimelineRow, TimelineView } from '../../src/protocol/sessions-view';
import { h } from './dom';
import { highlight } from './highlight';
import { scrollFrame } from './scroll-frame';

const MARKS: Readonly<Record<NonNullable<LaneView['mark']>, string>> = {
  begin: '○',
  snapshot: '◆',
  statement: '●',
  commit: '✔',
  refused: '✕',
  rollback: '↶',
};

/** Lines of sessions in the order of their answers: a lane for each transaction, the answer, and what is seen after it. */
export function sessionTimeline(timeline: TimelineView, label: string): HTMLElement {
  const { sessions, rows, watched } = timeline;
  const seenBy = watched ? [...sessions.map(name => `${name} sees`), 'Committed'] : [];
  return h(
    'div',
    scrollFrame('timeline-frame', label),
    h(
      'table',
      { class: `timeline sessions-${sessions.length}` },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col', class: 'number' }, '#'),
          ...sessions.map((name, at) => h('th', { scope: 'col', class: `lane session-${at}` }, name)),
          h('th', { scope: 'col' }, 'Line and answer'),
          ...seenBy.map(text => h('th', { scope: 'col', class: 'seen' }, text)),
        ),
      ),
      h('tbody', {}, ...rows.map(row => timelineRow(row, timeline, seenBy))),
    ),
  );
}

/** One row; the view that follows a run adds rows one by one. */
function timelineRow(row: TimelineRow, { sessions }: TimelineView, seenBy: readonly string[]): HTMLElement {
  return h(
    'tr',
    { class: row.failed ? 'failed' : undefined, 'data-step': row.step },
    h('td', { class: 'number' }, String(row.number)),
    ...row.lanes.map((lane, at) => laneCell(lane, at)),
    h(
      'td',
      { class: 'line' },
      h(
        'div',
        { class: 'sql' },
        h('b', { class: `who session-${row.session}` }, row.name),
        ' ',
        h('code', { class: 'highlighted' }, highlight(row.sql, 'sql')),
      ),
      h(
        'div',
        { class: row.failed ? 'answer refused' : 'answer' },
        row.answer,
        row.answerRows.length > 0 && h('span', { class: 'rows' }, ...row.answerRows.map(text => h('span', {}, text))),
      ),
      row.notes.length > 0 && h('div', { class: 'notes' }, row.notes.join(' · ')),
    ),
    ...(seenBy.length > 0
      ? row.seen.map((view, at) =>
          seenCell(view, seenBy[at] ?? '', at < sessions.length ? `session-${at}` : 'committed'),
        )
      : []),
  );
}

function laneCell(lane: LaneView, at: number): HTMLElement {
  const mark = lane.mark === undefined ? '' : MARKS[lane.mark];
  return h(
    'td',
    { class: `lane session-${at} ${lane.state}${lane.mark ? ` at-${lane.mark}` : ''}`, 'aria-hidden': 'true' },
    h('span', { class: 'mark' }, mark),
  );
}

function seenCell(view: SeenView | null, heading: string, className: string): HTMLElement {
  if (!view) return h('td', { class: 'seen nothing', 'data-heading': heading }, '');
  return h(
    'td',
    { class: `seen ${className}`, 'data-heading': heading },
    ...view.rows.map((text, at) =>
      h(
        'div',
        { class: view.changed[at] ? 'changed' : undefined },
        text,
        view.changed[at] === true && spoken(' (changed)'),
      ),
    ),
    ...view.gone.map(text => h('div', { class: 'gone' }, h('s', {}, text), spoken(' (gone)'))),
    view.rows.length === 0 && view.gone.length === 0 && h('div', { class: 'none' }, 'no rows'),
  );
}

const spoken = (text: string): HTMLElement => h('span', { class: 'visually-hidden' }, text);
