import type { SessionsViewState } from '../../src/protocol/sessions-view';
import { h } from '../shared/dom';

/** What the lines came to, and what PostgreSQL does instead. */
export function outcome({ verdict, postgres }: SessionsViewState): HTMLElement[] {
  const boxes: HTMLElement[] = [];
  if (verdict) {
    const { text, held, unmet } = verdict;
    const state = held === undefined ? 'open' : held ? 'held' : 'unmet';
    boxes.push(
      h(
        'section',
        { class: `verdict ${state}` },
        h('h2', {}, held === false ? 'Not as expected' : 'What happened'),
        h('p', {}, text),
        unmet.length > 0 &&
          h('ul', {}, ...unmet.map(({ expected, actual }) => h('li', {}, `expected ${expected}; got ${actual}`))),
      ),
    );
  }
  if (postgres !== '')
    boxes.push(
      h('section', { class: 'elsewhere' }, h('h2', {}, 'PostgreSQL, at READ COMMITTED'), h('p', {}, postgres)),
    );
  return boxes;
}
