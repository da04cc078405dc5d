import type { ActionView, ErrorView, FullView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';
import { resultNodes } from './results';

const FULL: Readonly<Record<FullView, string>> = {
  table: 'Open in results view',
  plan: 'Open in plan viewer',
  stress: 'Open stress run',
};

/** The way to the view that a result has of its own. */
function fullButton(full: FullView, title: string, onClick: () => void): HTMLElement {
  const label = FULL[full];
  return h(
    'div',
    { class: 'full-view' },
    button({ label, ariaLabel: `${label}: ${title}`, icon: icon('open'), onClick }).element,
  );
}

/** One action that ran: a line that can be opened, with its result below. A statement that only says "ok" is a line and no more. */
export function actionBlock(action: ActionView, actions: ChapterActions, openFull: () => void): HTMLElement {
  const summary = [
    h('span', { class: `action-mark ${action.ok ? 'ok' : 'not-ok'}` }, icon(action.ok ? 'check' : 'cross')),
    h('span', { class: 'visually-hidden' }, action.ok ? 'Succeeded: ' : 'Failed: '),
    h('span', { class: 'action-kind' }, action.kind),
    h('span', { class: 'action-title', title: action.title }, action.title),
    h('span', { class: 'action-time' }, formatDuration(action.durationMs)),
  ];
  const content = [
    ...(action.error ? [errorNode(action.error, action.ok)] : []),
    ...resultNodes(action.result, actions),
    ...(action.full ? [fullButton(action.full, action.title, openFull)] : []),
  ];
  if (content.length === 0) return h('div', { class: 'action plain' }, h('div', { class: 'action-line' }, ...summary));
  return h(
    'details',
    { class: 'action', open: !action.ok || action.refused === true || action.result.type !== 'text' },
    h('summary', { class: 'action-line' }, ...summary),
    h('div', { class: 'action-content' }, ...content),
  );
}

function errorNode(error: ErrorView, expected: boolean): HTMLElement {
  return h(
    'div',
    { class: expected ? 'db-error expected' : 'db-error' },
    error.sqlstate !== undefined && h('code', { class: 'sqlstate' }, error.sqlstate),
    h('span', {}, error.message),
    error.detail !== undefined && h('p', { class: 'detail' }, `Detail: ${error.detail}`),
    error.hint !== undefined && h('p', {}, `Hint: ${error.hint}`),
    error.nextStep !== undefined && h('p', {}, error.nextStep),
    error.log !== undefined && h('pre', scrollFrame('code', 'The function’s log'), error.log),
  );
}
