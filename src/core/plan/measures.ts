import type { PlanLayers } from '../../protocol/plan-document';
import { chargedTo } from './charges';
import { filterLayers } from './filter-layers';
import { property, walk, type Plan, type PlanNode } from './model';

/** What a node did in all its loops. Undefined fields: the plan was not analysed, or the node has no such figure. */
export interface NodeMeasures {
  node: PlanNode;
  parent?: PlanNode;
  /**
   * Milliseconds of the node with everything below, all loops; below a Gather, on the clock: processes run side by side. Storage nodes
   * carry no time of their own.
   */
  inclusiveMs?: number;
  /** The same without what its children, and the InitPlans and CTEs it waits for, took. A scan's includes its storage nodes. */
  exclusiveMs?: number;
  /** The planner's total cost without the children's. Only on nodes of the query processor. */
  exclusiveCost?: number;
  /** Rows returned in all loops. */
  rows?: number;
  /** Rows that came and did not leave (`Rows Removed by …`, `Rows Filtered`), all loops. */
  rowsRemoved?: number;
  /** Rows the node itself took out of a table or index, all loops: on B-Tree nodes, and on scans that print none. */
  rowsRead?: number;
  /** Rows the planner expected in all loops that ran. */
  expectedRows?: number;
  /** How far the planner was off, 1 for exact; see `underestimated` for the direction. Rows below 1 count as 1. */
  estimateErrorFactor?: number;
  /** More rows came than were expected. */
  underestimated?: boolean;
  /** The scan's rows by filter layer. Only on scans with storage nodes. */
  layers?: PlanLayers;
}

/** The plan's measures, in the order of its nodes. */
export interface PlanModel {
  nodes: NodeMeasures[];
  byNode: ReadonlyMap<PlanNode, NodeMeasures>;
  analysed: boolean;
  /**
   * Rows that left the storage trees, index and table, all loops. Scans without storage nodes (PostgreSQL's, or a plan cut short) count
   * what they returned and removed. The one count of rows read: chapters' checks use it too.
   */
  rowsRead?: number;
  /** Rows that storage sent to the query processor. Only with storage nodes. */
  rowsSent?: number;
  /** Rows the plan returned at its top. */
  rowsReturned?: number;
  /** Rows fetched from tables for indexes that do not cover. */
  lookups?: number;
}

/** Scans that read a table or an index, as opposed to functions, values and CTEs. */
const TABLE_SCAN = /^(?:Parallel )?(?:Full|Seq|Index|Index Only|Bitmap Heap|Tid|Tid Range|Sample|Foreign|Custom) Scan$/;
/** Nodes that print no rows, or 0 whatever they did: nothing that an estimate could be held against. */
const UNCOUNTED = /^(?:Insert|Update|Delete|Merge|BitmapAnd|BitmapOr)$/;

/** Times, rows and filter layers of every node; loops are multiplied in once, storage nodes never counted twice. */
export function measurePlan(plan: Plan): PlanModel {
  const nodes: NodeMeasures[] = [];
  const byNode = new Map<PlanNode, NodeMeasures>();
  const stack = [...plan.roots].reverse().map(node => ({ node, parent: undefined as PlanNode | undefined, share: 1 }));
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { node, parent, share } = at;
    const measures: NodeMeasures = { node, ...measure(node, share) };
    if (parent) measures.parent = parent;
    nodes.push(measures);
    byNode.set(node, measures);
    const below = share / processes(node);
    for (let i = node.children.length - 1; i >= 0; i--)
      stack.push({ node: node.children[i]!, parent: node, share: below });
  }
  exclusive(plan, nodes, byNode);
  const analysed = nodes.some(n => n.node.actual !== undefined);
  const model: PlanModel = { nodes, byNode, analysed };
  if (!analysed) return model;
  const sum = (of: (m: NodeMeasures) => number | undefined): number => nodes.reduce((s, m) => s + (of(m) ?? 0), 0);
  model.rowsRead = sum(m => m.rowsRead);
  model.lookups = sum(m => (m.node.type === 'B-Tree Lookup' ? m.rows : undefined));
  if (nodes.some(m => m.node.layer === 'storage'))
    model.rowsSent = sum(m =>
      m.node.type === 'Storage Scan' || m.node.type === 'Storage Lookup' ? m.rows : undefined,
    );
  model.rowsReturned = plan.roots.reduce((s, root) => s + (byNode.get(root)?.rows ?? 0), 0);
  return model;
}

/** Takes from each node what others took on its time: see `chargedTo`. */
function exclusive(plan: Plan, nodes: NodeMeasures[], byNode: Map<PlanNode, NodeMeasures>): void {
  const others = new Map<PlanNode, number>();
  const charge = (node: PlanNode, ms: number): unknown => others.set(node, (others.get(node) ?? 0) + ms);
  const charges = chargedTo(plan);
  for (const { node, parent, inclusiveMs } of nodes) {
    if (inclusiveMs === undefined || !parent) continue;
    const payers = charges.get(node) ?? [parent];
    const weights = payers.map(p => byNode.get(p)?.inclusiveMs ?? 0);
    const whole = weights.reduce((a, b) => a + b, 0);
    payers.forEach((p, i) => charge(p, whole > 0 ? (inclusiveMs * weights[i]!) / whole : inclusiveMs / payers.length));
  }
  // children first: what rounded figures of many loops say too much is taken from the node above, so that the sum stays the whole
  for (const measures of [...nodes].reverse()) {
    const { node, parent, inclusiveMs } = measures;
    if (inclusiveMs !== undefined) {
      const own = inclusiveMs - (others.get(node) ?? 0);
      measures.exclusiveMs = Math.max(0, own);
      if (own < 0 && parent && !charges.has(node)) charge(parent, -own);
    }
    if (node.layer === 'storage' || !node.estimate) continue;
    const below = node.children.filter(c => c.layer === 'query').reduce((s, c) => s + (c.estimate?.totalCost ?? 0), 0);
    measures.exclusiveCost = Math.max(0, node.estimate.totalCost - below);
  }
}

/** How many processes ran what is below: the leader and a Gather's workers. */
function processes(node: PlanNode): number {
  if (!/^Gather/.test(node.type)) return 1;
  const launched = Number(property(node, 'Workers Launched') ?? 0);
  return Number.isFinite(launched) && launched > 0 ? launched + 1 : 1;
}

/** Rows of a node in all loops; undefined when that is not known. */
function totalRows(node: PlanNode): number | undefined {
  if (node.neverExecuted) return 0;
  return node.actual && node.actual.rows * node.actual.loops;
}

function removedRows(node: PlanNode): number | undefined {
  let removed: number | undefined;
  for (const { name, value } of node.properties) {
    if (!/^Rows (?:Removed by .*|Filtered)$/.test(name) || !/^\d+(?:\.\d+)?$/.test(value)) continue;
    removed = (removed ?? 0) + Number(value) * (node.actual?.loops ?? 0);
  }
  return removed;
}

/** Rows that this node took out of a tree; undefined on all nodes above. */
function readRows(node: PlanNode, rows: number): number | undefined {
  if (node.type === 'B-Tree Scan' || node.type === 'B-Tree Lookup') return rows;
  const read = rows + (removedRows(node) ?? 0);
  if (node.layer === 'storage') return node.children.length === 0 ? read : undefined;
  if (!TABLE_SCAN.test(node.type)) return undefined;
  for (const below of walk(node.children)) if (below.layer === 'storage') return undefined;
  return read;
}

function measure(node: PlanNode, share: number): Omit<NodeMeasures, 'node' | 'parent'> {
  const measures: Omit<NodeMeasures, 'node' | 'parent'> = {};
  const rows = totalRows(node);
  if (rows === undefined) return measures;
  measures.rows = rows;
  const { actual, estimate } = node;
  const removed = removedRows(node);
  if (removed !== undefined) measures.rowsRemoved = removed;
  const read = readRows(node, rows);
  if (read !== undefined) measures.rowsRead = read;
  if (actual?.totalMs !== undefined) measures.inclusiveMs = actual.totalMs * actual.loops * share;
  else if (node.neverExecuted && node.layer === 'query') measures.inclusiveMs = 0;
  if (actual && estimate && !UNCOUNTED.test(node.type)) {
    measures.expectedRows = estimate.rows * actual.loops;
    const [expected, got] = [Math.max(1, estimate.rows), Math.max(1, actual.rows)];
    measures.estimateErrorFactor = Math.max(expected / got, got / expected);
    measures.underestimated = got > expected;
  }
  const layers = filterLayers(node, rows, totalRows);
  if (layers) measures.layers = layers;
  return measures;
}
