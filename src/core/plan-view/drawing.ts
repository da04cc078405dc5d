import type { PlanDrawing } from '../../protocol/plan-view';
import type { PlanNodeView } from '../plan/contract';

/** Where one node stands. */
export interface NodePlace {
  x: number;
  y: number;
  height: number;
}

const NODE_WIDTH = 224;
const NODE_HEIGHT = 78;
/** A scan with rows at its filter layers draws them. */
const LAYERED_HEIGHT = 132;
const GAP_X = 28;
const GAP_Y = 44;
const MARGIN = 24;
/** Between the box of storage and its nodes. */
const BOX = 12;
/** More below them, for its name. */
const NAME = 6;

/** A node's subtree as a box, its children's boxes in rows. */
interface Box {
  width: number;
  height: number;
  rows: number[][];
}

/** Up to so many children stand side by side; more are wrapped into rows, so that a wide plan is not a line. */
const MAX_ABREAST = 6;
/** Width over height that wrapped children strive for. */
const ASPECT = 1.8;

/**
 * A tree from the top down: every subtree owns a box, a node stands centred above its children's boxes. Nothing overlaps. Linear in the
 * number of nodes, which are in the order of the plan's lines: parents before children.
 */
export function placeNodes(nodes: readonly PlanNodeView[]): { places: NodePlace[]; drawing: PlanDrawing } {
  const heightOf = (node: PlanNodeView): number => (node.layers ? LAYERED_HEIGHT : NODE_HEIGHT);
  const boxes: Box[] = [];
  for (const node of [...nodes].reverse()) {
    const below = pack(node.children, boxes);
    boxes[node.id] = {
      width: Math.max(NODE_WIDTH, below.width),
      height: heightOf(node) + (below.rows.length > 0 ? GAP_Y + below.height : 0),
      rows: below.rows,
    };
  }
  const places: NodePlace[] = [];
  const set = (rows: readonly number[][], left: number, top: number, width: number): void => {
    let y = top;
    for (const row of rows) {
      let x = left + (width - widthOf(row, boxes)) / 2;
      for (const id of row) {
        const box = boxes[id]!;
        places[id] = { x: x + (box.width - NODE_WIDTH) / 2, y, height: heightOf(nodes[id]!) };
        x += box.width + GAP_X;
      }
      y += tallest(row, boxes) + GAP_Y;
    }
  };
  const whole = pack(
    nodes.filter(({ parent }) => parent === undefined).map(({ id }) => id),
    boxes,
  );
  set(whole.rows, MARGIN, MARGIN, whole.width);
  for (const { id } of nodes) {
    const { x, y, height } = places[id]!;
    const { width, rows } = boxes[id]!;
    set(rows, x + NODE_WIDTH / 2 - width / 2, y + height + GAP_Y, width);
  }
  const drawing: PlanDrawing = {
    width: Math.max(whole.width, NODE_WIDTH) + 2 * MARGIN,
    height: whole.height + 2 * MARGIN,
    nodeWidth: NODE_WIDTH,
    storage: nodes.flatMap(node => boxOf(node, nodes, places)),
  };
  return { places, drawing };
}

const widthOf = (row: readonly number[], boxes: readonly Box[]): number =>
  row.reduce((sum, id) => sum + boxes[id]!.width + GAP_X, -GAP_X);
const tallest = (row: readonly number[], boxes: readonly Box[]): number =>
  row.reduce((most, id) => Math.max(most, boxes[id]!.height), 0);

/** Puts boxes side by side, in as many rows as make a pleasant shape. */
function pack(ids: readonly number[], boxes: readonly Box[]): Box {
  if (ids.length === 0) return { width: 0, height: 0, rows: [] };
  let limit = Infinity;
  if (ids.length > MAX_ABREAST) {
    const area = ids.reduce((sum, id) => sum + (boxes[id]!.width + GAP_X) * (boxes[id]!.height + GAP_Y), 0);
    limit = Math.sqrt(area * ASPECT);
  }
  const rows: number[][] = [];
  let x = Infinity;
  for (const id of ids) {
    const { width } = boxes[id]!;
    if (x + width > limit || rows.length === 0) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push(id);
    x += width + GAP_X;
  }
  return {
    width: rows.reduce((most, row) => Math.max(most, widthOf(row, boxes)), 0),
    height: rows.reduce((sum, row) => sum + tallest(row, boxes) + GAP_Y, -GAP_Y),
    rows,
  };
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
  const bottom = Math.max(...inside.map(p => p.y + p.height)) + BOX + NAME;
  return [{ x, y, width: right - x, height: bottom - y }];
}
