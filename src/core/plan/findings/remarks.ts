import type { PlanModel } from '../measures';
import { property, type PlanNode } from '../model';
import type { CatalogFacts } from './catalog-facts';
import { fittingIndex } from './catalog-rules';
import { knownLayers } from './expected-layers';
import { count } from './finding';
import { SMALL_TABLE_ROWS } from './scan-rules';
import { tableFacts } from './suggest-index';

/** Why a node is as it is, where one might look for a fault and there is none. */
export interface Remark {
  node: PlanNode;
  text: string;
}

/** Small tables that are read whole, and the indexes passed over for it. */
export function remarksOf(model: PlanModel, catalog?: CatalogFacts): Remark[] {
  return model.nodes.flatMap(measures => {
    const { node } = measures;
    const whole =
      /^(?:Full|Seq) Scan$/.test(node.type) ||
      (node.type === 'Index Only Scan' && property(node, 'Index Cond') === undefined);
    const layers = whole && !node.neverExecuted ? knownLayers(measures, model) : undefined;
    if (!layers || layers.read >= SMALL_TABLE_ROWS || node.relation === undefined) return [];
    if (layers.storageFilters === undefined && layers.queryFilter === undefined) return [];
    const rows = `${layers.expected ? 'about ' : ''}${count(layers.read)} rows of ${node.relation}`;
    const table = tableFacts(node, catalog);
    const index = table && fittingIndex(measures, model, table, true);
    const text = index
      ? `The index ${index.name} was not used, and that is right: all ${rows} come in one read, while the index would be read and then each row it does not cover be looked up. With more rows, once ANALYZE has counted them, the planner takes the index.`
      : `All ${rows} are read at once. A full scan of a small table is no fault; an index would not make it faster.`;
    return [{ node, text }];
  });
}
