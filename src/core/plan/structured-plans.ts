import { readJsonPlans, type JsonPlans } from './json/read-json';
import type { PlanNode } from './model';
import { sourceLines, type SourceLine } from './source-lines';

/** The plans in `value`, which is what FORMAT JSON would have held, under the lines of the source; no node has a line. */
export function structuredPlans(source: readonly SourceLine[], value: unknown): JsonPlans | undefined {
  const read = readJsonPlans(sourceLines(JSON.stringify(value)));
  if (!read) return undefined;
  for (const plan of read.plans) plan.roots.forEach(withoutLines);
  const lines = source.map(l => ({
    before: l.before,
    content: { type: 'text' as const, text: l.original },
    after: l.after,
  }));
  return { plans: read.plans, whole: { ...read.whole, lines, unparsed: [] } };
}

function withoutLines(node: PlanNode): void {
  delete node.line;
  node.children.forEach(withoutLines);
}
