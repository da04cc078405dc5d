import type { PlanMetric, PlanNodeView, PlanView } from '../../src/protocol/plan-view';
import { svg } from '../shared/dom';
import { overlaps, type Rect } from './camera';
import { graphNode, type NodeNote } from './graph-node';
import type { KeyedItem } from './keyed-layer';
import { edgePath, edgeWidth, heatPaths, rectOf } from './shapes';

/** What of the plan is drawn how. */
export interface SceneView {
  /** Begins the ids of its nodes. */
  id: string;
  plan: PlanView;
  metric: PlanMetric;
  selected: number;
  hits: ReadonlySet<number>;
  notes: ReadonlyMap<number, NodeNote>;
}

export interface Scene {
  boxes: KeyedItem[];
  edges: KeyedItem[];
  nodes: KeyedItem[];
}

/** The nodes in sight with their texts, the selected one in any case: the focus is on it. */
export function nearScene(view: SceneView, sight: Rect): Scene {
  const { plan, selected } = view;
  const edges = plan.nodes.flatMap((node): KeyedItem[] => {
    const parent = parentOf(plan, node);
    if (!parent || !overlaps(spanOf(plan, node, parent), sight)) return [];
    return [{ key: `edge-${node.id}`, version: '', make: () => edge(plan, node, parent) }];
  });
  const nodes = plan.nodes.filter(node => node.id === selected || overlaps(rectOf(plan, node), sight));
  return { boxes: boxesOf(plan, sight), edges, nodes: nodes.map(node => nodeItem(view, node)) };
}

/** All nodes as one shape for each heat level, with rings around those found; of the nodes only the selected one. */
export function farScene(view: SceneView): Scene {
  const { plan, metric, selected, hits } = view;
  const own = plan.nodes[selected];
  const ring = (): string =>
    [...hits]
      .flatMap(id => plan.nodes[id] ?? [])
      .map(({ x, y, height }) => `M${x} ${y}h${plan.drawing.nodeWidth}v${height}h-${plan.drawing.nodeWidth}z`)
      .join('');
  return {
    boxes: [],
    edges: [{ key: 'edges', version: '', make: () => svg('path', { class: 'edge', d: allEdges(plan) }) }],
    nodes: [
      {
        key: 'outlines',
        version: metric,
        make: () =>
          svg(
            'g',
            {},
            ...heatPaths(plan, metric).map((d, level) => svg('path', { d, class: `outline heat-${level}` })),
          ),
      },
      ...(hits.size > 0
        ? [{ key: 'found', version: [...hits].join(), make: () => svg('path', { class: 'found-ring', d: ring() }) }]
        : []),
      ...(own ? [nodeItem(view, own)] : []),
    ],
  };
}

function nodeItem({ id, plan, metric, selected, hits, notes }: SceneView, node: PlanNodeView): KeyedItem {
  const state = {
    width: plan.drawing.nodeWidth,
    metric,
    selected: node.id === selected,
    found: hits.has(node.id),
    id,
    note: notes.get(node.id),
  };
  return {
    key: `node-${node.id}`,
    version: `${metric} ${state.selected} ${state.found}`,
    make: () => graphNode(node, state),
  };
}

const parentOf = (plan: PlanView, { parent }: PlanNodeView): PlanNodeView | undefined =>
  parent === undefined ? undefined : plan.nodes[parent];

function spanOf({ drawing }: PlanView, node: PlanNodeView, parent: PlanNodeView): Rect {
  const left = Math.min(node.x, parent.x);
  return {
    x: left,
    y: parent.y,
    width: Math.max(node.x, parent.x) + drawing.nodeWidth - left,
    height: node.y - parent.y,
  };
}

function edge(plan: PlanView, node: PlanNodeView, parent: PlanNodeView): SVGElement {
  return svg('path', { class: 'edge', d: edgePath(plan, node, parent), 'stroke-width': edgeWidth(node) });
}

function allEdges(plan: PlanView): string {
  return plan.nodes
    .map(node => {
      const parent = parentOf(plan, node);
      return parent ? edgePath(plan, node, parent) : '';
    })
    .join('');
}

/** The boxes around what runs in storage. */
function boxesOf({ drawing }: PlanView, sight: Rect): KeyedItem[] {
  return drawing.storage.flatMap((box, index): KeyedItem[] =>
    overlaps(box, sight) ? [{ key: `box-${index}`, version: '', make: () => storageBox(box) }] : [],
  );
}

function storageBox({ x, y, width, height }: Rect): SVGElement {
  return svg(
    'g',
    { class: 'storage-box', 'aria-hidden': 'true' },
    svg('rect', { x, y, width, height, rx: 16 }),
    svg('text', { x: x + width - 14, y: y + height - 5, 'text-anchor': 'end' }, 'storage'),
  );
}
