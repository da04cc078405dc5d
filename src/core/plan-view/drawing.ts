import type { PlanDrawing } from '../../protocol/plan-view';
import type { PlanNodeView } from '../plan/contract';

/** Where one node stands. */
export interface NodePlace {
  x: number;
  y: number;
  height: number;
}

export const NODE_WIDTH = 224;
const NODE_HEIGHT = 78;
/** A scan with rows at its filter layers draws them. */
const LAYERED_HEIGHT = 132;
const GAP_X = 28;
const GAP_Y = 44;
const MARGIN = 24;
/** Between the box of storage and its nodes. */
const BOX = 12;

/**
 * A tree from the top down: leaves side by side, parents centred above their children, a row for each depth. Subtrees own disjoint
 * stretches of x, so nothing overlaps. Linear in the number of nodes, which are in the order of the plan's lines.
 */
export function placeNodes(nodes: readonly PlanNodeView[]): { places: NodePlace[]; drawing: PlanDrawing } {
  const heights: number[] = [];
  const heightOf = (node: PlanNodeView): number => (node.layers ? LAYERED_HEIGHT : NODE_HEIGHT);
  for (const node of nodes) heights[node.depth] = Math.max(heights[node.depth] ?? 0, heightOf(node));
  const tops: number[] = [];
  heights.reduce((y, height, depth) => {
    tops[depth] = y;
    return y + height + GAP_Y;
  }, MARGIN);
  let left = MARGIN;
  const places = nodes.map((node): NodePlace => {
    const place = { x: left, y: tops[node.depth] ?? 0, height: heightOf(node) };
    if (node.children.length === 0) left += NODE_WIDTH + GAP_X;
    return place;
  });
  // children come after their parents, so backwards every child is settled before its parent
  for (const node of [...nodes].reverse()) {
    const [first, last] = [places[node.children[0] ?? -1], places[node.children.at(-1) ?? -1]];
    const place = places[node.id];
    if (place && first && last) place.x = (first.x + last.x) / 2;
  }
  const bottom = places.reduce((most, { y, height }) => Math.max(most, y + height), 0);
  const drawing: PlanDrawing = {
    width: Math.max(left - GAP_X, NODE_WIDTH) + MARGIN,
    height: bottom + MARGIN,
    nodeWidth: NODE_WIDTH,
    storage: nodes.flatMap(node => boxOf(node, nodes, places)),
  };
  return { places, drawing };
}

/** The box around the storage nodes of one scan. */
function boxOf(
  node: PlanNodeView,
  nodes: readonly PlanNodeView[],
  places: readonly NodePlace[],
): PlanDrawing['storage'] {
  if (node.layer === 'storage') return [];
  const inside: NodePlace[] = [];
  const stack = node.children.filter(child => nodes[child]?.layer === 'storage');
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const place = places[next];
    if (place) inside.push(place);
    stack.push(...(nodes[next]?.children ?? []));
  }
  if (inside.length === 0) return [];
  const x = Math.min(...inside.map(p => p.x)) - BOX;
  const y = Math.min(...inside.map(p => p.y)) - BOX;
  const right = Math.max(...inside.map(p => p.x)) + NODE_WIDTH + BOX;
  const bottom = Math.max(...inside.map(p => p.y + p.height)) + BOX;
  return [{ x, y, width: right - x, height: bottom - y }];
}
