import type { PlanNodeView } from '../plan/contract';
import type { ReadPlan } from '../plan/read-plans';

const ROW_COUNT = /^\s*\(\d+ rows?\)\s*$/;

/**
 * Of every line of the text, the node it belongs to, or -1: title, label, properties, and wrapped lines of these. In JSON, where a node
 * is its braces: the lines from where it opens to where the next one does.
 */
export function nodesOfLines({ plan, format }: ReadPlan, nodes: readonly PlanNodeView[]): number[] {
  const ids = new Map(nodes.map(({ line, id }) => [line, id]));
  let current = -1;
  if (format === 'json') return plan.lines.map((_, index) => (current = ids.get(index + 1) ?? current));
  return plan.lines.map(({ content }) => {
    switch (content.type) {
      case 'node':
      case 'label':
        return (current = ids.get(content.node.line) ?? -1);
      case 'property':
        return current;
      case 'text':
        return /\w/.test(content.text) && !ROW_COUNT.test(content.text) ? current : -1;
      default:
        return (current = -1);
    }
  });
}
