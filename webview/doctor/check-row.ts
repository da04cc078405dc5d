import type { DoctorCheckView } from '../../src/protocol/doctor-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';

export interface CheckActions {
  copy(text: string): void;
  openSql(text: string): void;
}

const STATUS_TEXT: Readonly<Record<DoctorCheckView['status'], string>> = {
  pending: 'not yet examined',
  running: 'examining',
  ok: 'in order',
  warning: 'warning',
  failed: 'failed',
  skipped: 'skipped',
};

/** One check: its state, what was seen, the server's words, and what to do. Texts are text, whatever they hold. */
export function checkRow(check: DoctorCheckView, actions: CheckActions): HTMLElement {
  const { title, status, observed, server, fixes } = check;
  return h(
    'li',
    { class: `check ${status}`, 'aria-busy': status === 'running' ? 'true' : undefined },
    h('span', { class: 'mark' }, mark(status)),
    h(
      'div',
      { class: 'facts' },
      h('h2', {}, title, h('span', { class: 'visually-hidden' }, `: ${STATUS_TEXT[status]}`)),
      observed !== undefined && h('p', { class: 'observed' }, observed),
      server &&
        h(
          'dl',
          { class: 'server' },
          ...pair('Server', `${server.message}${server.sqlstate ? ` (${server.sqlstate})` : ''}`),
          ...(server.hint ? pair('Hint', server.hint) : []),
        ),
      ...fixes.map(fix =>
        h(
          'div',
          { class: 'fix' },
          h('p', {}, fix.text),
          fix.command !== undefined && code(fix.command, `Copy the command of “${title}”`, actions),
          fix.sql !== undefined && code(fix.sql, `Copy the SQL of “${title}”`, actions, true),
        ),
      ),
    ),
  );
}

function mark(status: DoctorCheckView['status']): Node | string {
  if (status === 'ok') return icon('check');
  if (status === 'failed') return icon('cross');
  if (status === 'warning') return '!';
  return status === 'running' ? h('span', { class: 'pulse' }) : '–';
}

const pair = (term: string, text: string): HTMLElement[] => [h('dt', {}, term), h('dd', {}, text)];

function code(text: string, copyLabel: string, actions: CheckActions, isSql = false): HTMLElement {
  return h(
    'div',
    { class: 'code' },
    h('pre', {}, text),
    h(
      'div',
      { class: 'code-actions' },
      button({ label: 'Copy', ariaLabel: copyLabel, onClick: () => actions.copy(text) }).element,
      isSql && button({ label: 'Open in Editor', onClick: () => actions.openSql(text) }).element,
    ),
  );
}
