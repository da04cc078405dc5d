import type { PlanNodeView, PlanView } from '../../src/protocol/plan-view';
import type { Camera } from './camera';

const PAN = 120;

/** What a key does in the graph. @returns false for keys that are not the graph's. */
export function graphKey(
  event: KeyboardEvent,
  plan: PlanView,
  node: PlanNodeView,
  camera: Camera,
  actions: { select(node: number): void; open(node: number): void },
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const select = (id: number | undefined): void => {
    if (id !== undefined) actions.select(id);
  };
  const moves: Record<string, () => void> = {
    ArrowUp: () => (event.shiftKey ? camera.pan(0, -PAN) : select(node.parent)),
    ArrowDown: () => (event.shiftKey ? camera.pan(0, PAN) : select(node.children[0])),
    ArrowLeft: () => (event.shiftKey ? camera.pan(-PAN, 0) : select(beside(plan, node, -1))),
    ArrowRight: () => (event.shiftKey ? camera.pan(PAN, 0) : select(beside(plan, node, 1))),
    Home: () => select(plan.roots[0]),
    End: () => select(plan.nodes.length - 1),
    PageDown: () => select(Math.min(plan.nodes.length - 1, node.id + 1)),
    PageUp: () => select(Math.max(0, node.id - 1)),
    Enter: () => actions.open(node.id),
    '+': () => camera.zoom(1.25),
    '=': () => camera.zoom(1.25),
    '-': () => camera.zoom(0.8),
    '0': () => camera.fit(),
  };
  const move = moves[event.key];
  move?.();
  return move !== undefined;
}

/** The next node at the same depth, whoever its parent is. */
function beside(plan: PlanView, { id, level }: PlanNodeView, by: 1 | -1): number | undefined {
  for (let at = id + by; at >= 0 && at < plan.nodes.length; at += by) if (plan.nodes[at]?.level === level) return at;
  return undefined;
}
