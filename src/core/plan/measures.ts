import { property, walk, type Plan, type PlanNode } from './model';

/** What a node did in all its loops. Undefined fields: the plan was not analysed, or the node has no such figure. */
export interface NodeMeasures {
  node: PlanNode;
  parent?: PlanNode;
  /** Milliseconds of the node with everything below, all loops. Storage nodes carry no time of their own. */
  inclusiveMs?: number;
  /** The same without the children's: what the node itself took. A scan's includes its storage nodes. */
  exclusiveMs?: number;
  /** Rows returned in all loops. */
  rows?: number;
  /** Rows the planner expected in all loops that ran. */
  expectedRows?: number;
  /** How far the planner was off, 1 for exact; see `underestimated` for the direction. Rows below 1 count as 1. */
  estimateErrorFactor?: number;
  /** More rows came than were expected. */
  underestimated?: boolean;
  /** The scan's rows by filter layer. Only on scans with storage nodes. */
  layers?: FilterLayers;
}

/** Rows of a scan at each layer, all loops: from storage's trees to the query processor's output. */
export interface FilterLayers {
  /** Rows that left the B-Tree Scan: what the index condition let through. */
  read: number;
  /** Rows that storage sent: after `Filters`. */
  sent: number;
  /** Rows fetched from the table for an index that does not cover; 0 without a Storage Lookup. */
  lookedUp: number;
  /** Rows that the scan returned: after `Filter`. */
  returned: number;
  /** The layers' predicates, where there are any. */
  indexCondition?: string;
  storageFilters?: string;
  lookupFilters?: string;
  queryFilter?: string;
}

/** The plan's measures, in the order of its nodes. */
export interface PlanModel {
  nodes: NodeMeasures[];
  byNode: ReadonlyMap<PlanNode, NodeMeasures>;
  analysed: boolean;
  /** Rows that left the storage trees, index and table, all loops. */
  rowsRead?: number;
  /** Rows the plan returned at its top. */
  rowsReturned?: number;
  /** Rows fetched from tables for indexes that do not cover. */
  lookups?: number;
}

/** Times, rows and filter layers of every node; loops are multiplied in once, storage nodes never counted twice. */
export function measurePlan(plan: Plan): PlanModel {
  const nodes: NodeMeasures[] = [];
  const byNode = new Map<PlanNode, NodeMeasures>();
  const visit = (node: PlanNode, parent: PlanNode | undefined): void => {
    const measures: NodeMeasures = { node, ...measure(node) };
    if (parent) measures.parent = parent;
    nodes.push(measures);
    byNode.set(node, measures);
    for (const child of node.children) visit(child, node);
    const own = measures.inclusiveMs;
    if (own === undefined) return;
    const below = node.children.reduce((sum, c) => sum + (byNode.get(c)?.inclusiveMs ?? 0), 0);
    measures.exclusiveMs = Math.max(0, own - below);
  };
  for (const root of plan.roots) visit(root, undefined);
  const analysed = nodes.some(n => n.node.actual !== undefined);
  const model: PlanModel = { nodes, byNode, analysed };
  if (!analysed) return model;
  model.rowsRead = sumRows(plan, n => n.type === 'B-Tree Scan' || n.type === 'B-Tree Lookup');
  model.lookups = sumRows(plan, n => n.type === 'B-Tree Lookup');
  model.rowsReturned = plan.roots.reduce((sum, r) => sum + (totalRows(r) ?? 0), 0);
  return model;
}

function totalRows(node: PlanNode): number | undefined {
  if (node.neverExecuted) return 0;
  return node.actual && node.actual.rows * node.actual.loops;
}

function sumRows(plan: Plan, wanted: (node: PlanNode) => boolean): number {
  let sum = 0;
  for (const node of walk(plan.roots)) if (wanted(node)) sum += totalRows(node) ?? 0;
  return sum;
}

function measure(node: PlanNode): Omit<NodeMeasures, 'node' | 'parent'> {
  const measures: Omit<NodeMeasures, 'node' | 'parent'> = {};
  const rows = totalRows(node);
  if (rows === undefined) return measures;
  measures.rows = rows;
  const { actual, estimate } = node;
  if (actual?.totalMs !== undefined) measures.inclusiveMs = actual.totalMs * actual.loops;
  else if (node.neverExecuted && node.layer === 'query') measures.inclusiveMs = 0;
  // nodes that write print no rows that an estimate could be held against
  if (actual && estimate && !/^(?:Insert|Update|Delete|Merge)$/.test(node.type)) {
    measures.expectedRows = estimate.rows * actual.loops;
    const [expected, got] = [Math.max(1, estimate.rows), Math.max(1, actual.rows)];
    measures.estimateErrorFactor = Math.max(expected / got, got / expected);
    measures.underestimated = got > expected;
  }
  const layers = filterLayers(node, rows);
  if (layers) measures.layers = layers;
  return measures;
}

function filterLayers(scan: PlanNode, returned: number): FilterLayers | undefined {
  const storage = scan.children.find(c => c.type === 'Storage Scan');
  const tree = storage?.children.find(c => c.type === 'B-Tree Scan');
  if (!storage || !tree) return undefined;
  const lookup = scan.children.find(c => c.type === 'Storage Lookup');
  const table = lookup?.children.find(c => c.type === 'B-Tree Lookup');
  const layers: FilterLayers = {
    read: totalRows(tree) ?? 0,
    sent: totalRows(storage) ?? 0,
    lookedUp: (table && totalRows(table)) ?? 0,
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
