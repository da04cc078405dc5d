import type { PlanLayers } from '../../protocol/plan-document';
import { property, type PlanNode } from './model';

/** The layers of a scan with storage nodes; `rowsOf` gives a node's rows, what happened or what was expected. */
export function filterLayers(
  scan: PlanNode,
  returned: number,
  rowsOf: (node: PlanNode) => number | undefined,
): PlanLayers | undefined {
  const storage = scan.children.find(c => c.type === 'Storage Scan');
  const tree = storage?.children.find(c => c.type === 'B-Tree Scan');
  if (!storage || !tree) return undefined;
  const lookup = scan.children.find(c => c.type === 'Storage Lookup');
  const table = lookup?.children.find(c => c.type === 'B-Tree Lookup');
  const layers: PlanLayers = {
    read: rowsOf(tree) ?? 0,
    sent: rowsOf(storage) ?? 0,
    lookedUp: (table && rowsOf(table)) ?? 0,
    returned,
  };
  const set = (name: 'indexCondition' | 'storageFilters' | 'lookupFilters' | 'queryFilter', value?: string): void => {
    if (value !== undefined) layers[name] = value;
  };
  set('indexCondition', property(scan, 'Index Cond') ?? property(tree, 'Index Cond'));
  set('storageFilters', property(storage, 'Filters'));
  if (lookup) set('lookupFilters', property(lookup, 'Filters'));
  set('queryFilter', property(scan, 'Filter'));
  return layers;
}
