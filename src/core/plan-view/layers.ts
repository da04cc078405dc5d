import type { PlanLayersView } from '../../protocol/plan-view';
import type { PlanLayers } from '../plan/contract';

/** The three filter layers of a scan as they are drawn: from the index condition, the best, to the query processor's filter. */
export function layersView(layers: PlanLayers): PlanLayersView {
  const { read, sent, lookedUp, returned } = layers;
  const storageFilters = [layers.storageFilters, layers.lookupFilters].filter(f => f !== undefined).join(' AND ');
  const predicate = (text: string | undefined) => (text ? { predicate: text } : {});
  const arrived = lookedUp > 0 ? Math.min(lookedUp, sent) : sent;
  return {
    read,
    sent,
    lookedUp,
    returned,
    layers: [
      {
        name: 'Index Cond',
        where: 'in the index: other rows are never read',
        ...predicate(layers.indexCondition),
        rowsIn: read,
        rowsOut: read,
      },
      {
        name: 'Filters',
        where: 'in storage: rows are read, but do not travel',
        ...predicate(storageFilters),
        rowsIn: read,
        rowsOut: arrived,
      },
      {
        name: 'Filter',
        where: 'in the query processor: rows have travelled',
        ...predicate(layers.queryFilter),
        rowsIn: arrived,
        rowsOut: returned,
      },
    ],
  };
}
