import type { PlanNodeView } from '../../src/protocol/plan-view';

/** Nodes whose title, object or properties hold every word of the query, in plan order. */
export function findNodes(nodes: readonly PlanNodeView[], query: string): number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return nodes.flatMap(({ id, title, object, label, layer, facts }) => {
    const text = [title, object, label, layer, ...facts.flatMap(({ name, value }) => [name, value])]
      .join(' ')
      .toLowerCase();
    return words.every(word => text.includes(word)) ? [id] : [];
  });
}
