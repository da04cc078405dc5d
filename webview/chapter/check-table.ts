import type { CheckView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { scrollFrame } from '../shared/scroll-frame';

/** What each check expected and what it found. Before the first run the last column is a dash. */
export function checkTable(checks: CheckView[]): HTMLElement {
  return h(
    'div',
    scrollFrame('table-frame', 'Checks'),
    h(
      'table',
      { class: 'check-table', role: 'table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Check'),
          h('th', { scope: 'col' }, 'Expected'),
          h('th', { scope: 'col' }, 'Actual'),
        ),
      ),
      h('tbody', { role: 'rowgroup' }, ...checks.flatMap(check => [checkRow(check), ...adviceRow(check)])),
    ),
  );
}

function checkRow(check: CheckView): HTMLElement {
  const state = check.held === undefined ? 'open' : check.held ? 'held' : check.calm ? 'calm' : 'broken';
  const word = { open: 'Not checked yet', held: 'Held', calm: 'Does not hold now', broken: 'Did not hold' }[state];
  return h(
    'tr',
    // drawn as blocks in a narrow view, it stays a table
    { class: state, role: 'row' },
    h(
      'th',
      { scope: 'row', role: 'rowheader' },
      h(
        'span',
        { class: 'check-name' },
        h(
          'span',
          { class: 'check-mark', title: word },
          state === 'open' || state === 'calm' ? '' : icon(state === 'held' ? 'check' : 'cross'),
        ),
        h('span', { class: 'visually-hidden' }, `${word}: `),
        check.describe,
      ),
    ),
    h('td', { role: 'cell', 'data-column': 'Expected' }, check.held === undefined ? '–' : check.expected),
    h('td', { role: 'cell', 'data-column': 'Actual' }, check.held === undefined ? '–' : check.actual),
  );
}

/** What to do about it, in a row of its own: sentences have no place in a third of the width. */
function adviceRow({ nextStep }: CheckView): HTMLElement[] {
  if (nextStep === undefined) return [];
  return [h('tr', { class: 'check-next', role: 'row' }, h('td', { role: 'cell', colspan: 3 }, nextStep))];
}
