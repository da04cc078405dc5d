import type { PlanMetric, PlanNodeView, PlanView } from '../../src/protocol/plan-view';
import { levelOf } from './heat';
import type { Rect } from './camera';

/** A node's rectangle in the drawing. */
export const rectOf = ({ drawing }: PlanView, { x, y, height }: PlanNodeView): Rect => ({
  x,
  y,
  width: drawing.nodeWidth,
  height,
});

/** All nodes of each heat level as one path each: a plan of thousands of nodes in five elements. */
export function heatPaths(plan: PlanView, metric: PlanMetric): string[] {
  const paths = ['', '', '', '', ''];
  for (const node of plan.nodes)
    paths[levelOf(node, metric)] +=
      `M${node.x} ${node.y}h${plan.drawing.nodeWidth}v${node.height}h-${plan.drawing.nodeWidth}z`;
  return paths;
}

/** The line from a child's top to its parent's bottom. */
export function edgePath(plan: PlanView, child: PlanNodeView, parent: PlanNodeView): string {
  const half = plan.drawing.nodeWidth / 2;
  const [x1, y1] = [child.x + half, child.y];
  const [x2, y2] = [parent.x + half, parent.y + parent.height];
  const middle = (y1 + y2) / 2;
  return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
}

/** Wider for more rows: a tenfold is a pixel. */
export function edgeWidth(child: PlanNodeView): number {
  return 1 + Math.min(7, Math.log10(Math.max(1, child.rows ?? child.rowsExpected ?? 1)));
}
