import type { ResultView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { sessionTimeline } from '../shared/session-timeline';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';

/** Transactions as they were stepped, with the way to step them oneself. */
export function interleaving(
  result: Extract<ResultView, { type: 'interleaving' }>,
  actions: Pick<ChapterActions, 'openSessions'>,
): HTMLElement {
  const { title, order, timeline, verdict, held, script } = result;
  return h(
    'figure',
    { class: 'interleaving' },
    h(
      'figcaption',
      {},
      h('span', {}, `${title}: ${order}`),
      button({
        label: 'Open in Two Sessions',
        ariaLabel: `Open ${title} in Two Sessions`,
        icon: icon('play'),
        onClick: () => actions.openSessions(script, order),
      }).element,
    ),
    sessionTimeline(timeline, `${title}: ${order}`),
    h('p', { class: held ? 'verdict' : 'verdict unmet' }, verdict),
  );
}
