import { counted } from '../../src/base/number-text';
import type { PlanLayersView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';

/** DSQL's three filter layers of a scan, best first, each with its rows in and out. */
export function layersList(view: PlanLayersView): HTMLElement {
  const most = Math.max(1, view.read);
  return h(
    'ol',
    { class: 'layers', 'aria-label': 'Filter layers' },
    ...view.layers.map(({ name, where, predicate, rowsIn, rowsOut }, index) => {
      const bar = h('div', { class: 'layer-fill' });
      bar.style.width = `${(100 * Math.min(1, rowsOut / most)).toFixed(1)}%`;
      const removed = rowsIn - rowsOut;
      return h(
        'li',
        { class: `layer layer-${index}${predicate === undefined ? ' unused' : ''}` },
        h('div', { class: 'layer-name' }, h('b', {}, name), h('span', { class: 'muted' }, where)),
        h('div', { class: 'layer-bar', 'aria-hidden': 'true' }, bar),
        h(
          'div',
          { class: 'layer-rows' },
          `${counted(rowsOut, 'row')} ${index === 0 ? 'read' : 'left'}`,
          index > 0 && removed > 0 && `, ${formatCount(removed)} thrown away`,
        ),
        predicate === undefined ? h('div', { class: 'muted' }, 'nothing at this layer') : h('code', {}, predicate),
      );
    }),
    view.lookedUp > 0 &&
      h('li', { class: 'layer lookups' }, `${counted(view.lookedUp, 'row')} looked up in the table one by one`),
  );
}
