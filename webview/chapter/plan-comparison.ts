import type { PlanComparisonResultView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { scrollFrame } from '../shared/scroll-frame';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';

/** Two plans side by side: what changed in words, the figures, the texts, and the way to the plan viewer. */
export function planComparison(comparison: PlanComparisonResultView, actions: ChapterActions): HTMLElement {
  const { before, after, verdict, facts } = comparison;
  const head = h(
    'tr',
    {},
    h('td', {}),
    ...[before.title, after.title, 'change'].map(title => h('th', { scope: 'col', class: 'number' }, title)),
  );
  const body = facts.map(({ name, before: was, after: is, change, better }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', { class: 'number' }, was),
      h('td', { class: 'number' }, is),
      h('td', { class: `number ${better === undefined ? '' : better ? 'better' : 'worse'}` }, change),
    ),
  );
  return h(
    'div',
    { class: 'plan-comparison' },
    ...verdict.map(sentence => h('p', {}, sentence)),
    h(
      'div',
      scrollFrame('table-frame comparison', 'Plans side by side'),
      h('table', {}, h('thead', {}, head), h('tbody', {}, ...body)),
    ),
    h('div', { class: 'plan-pair' }, ...[before, after].map(plan => planText(plan.title, plan.text))),
    button({
      label: 'Open in plan viewer',
      ariaLabel: `Open the plans ${before.title} and ${after.title} in the plan viewer`,
      onClick: () => actions.openPlanComparison(before, after),
    }).element,
  );
}

function planText(title: string, text: string): HTMLElement {
  return h(
    'details',
    { class: 'plan-text' },
    h('summary', {}, `Plan ${title}`),
    h('pre', scrollFrame('code', `Plan ${title}`), text),
  );
}
