import type { PlanNodeView } from '../plan/contract';
import type { ParsedPlan } from '../plan/print';

const ROW_COUNT = /^\s*\(\d+ rows?\)\s*$/;

/** Of every line of the text, the node it belongs to, or -1: title, label, properties, and wrapped lines of these. */
export function nodesOfLines(plan: ParsedPlan, nodes: readonly PlanNodeView[]): number[] {
  const ids = new Map(nodes.map(({ line, id }) => [line, id]));
  let current = -1;
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
