import { printDpuPart, printNode } from './groups';
import type { Plan, PlanFooter, PlanNode } from './model';

const blanks = (n: number): string => ' '.repeat(n);

/**
 * Prints a plan that was built, not parsed, in the layout DSQL has had since April 2026: arrow with two blanks and steps of six for
 * the query processor's nodes, arrow with one blank at the parent's property column and steps of four for storage nodes.
 */
export function layoutPlan(plan: Plan): string[] {
  const lines: string[] = [];
  for (const root of plan.roots) {
    lines.push(printNode(root));
    layoutBelow(root, 2, 2, lines);
  }
  return [...lines, ...layoutFooter(plan.footer)];
}

/** `properties` is the column of the node's own lines, `children` the column of its children's arrows. */
function layoutBelow(node: PlanNode, properties: number, children: number, lines: string[]): void {
  for (const p of node.properties) lines.push(`${blanks(properties)}${p.name}: ${p.value}`);
  for (const child of node.children) {
    let column = children;
    if (child.label !== undefined) {
      lines.push(blanks(column) + child.label);
      column += 2;
    }
    if (child.layer === 'storage') {
      lines.push(`${blanks(column)}-> ${printNode(child)}`);
      layoutBelow(child, column + 4, column + 4, lines);
    } else {
      lines.push(`${blanks(column)}->  ${printNode(child)}`);
      layoutBelow(child, column + 6, column + 6, lines);
    }
  }
}

/** The lines below the tree, in DSQL's order. */
function layoutFooter(footer: PlanFooter): string[] {
  const lines: string[] = [];
  if (footer.settings !== undefined) lines.push(`Settings: ${footer.settings}`);
  if (footer.queryIdentifier !== undefined) lines.push(`Query Identifier: ${footer.queryIdentifier}`);
  if (footer.planningMs !== undefined) lines.push(`Planning Time: ${footer.planningMs.toFixed(3)} ms`);
  for (const p of footer.other) lines.push(`${p.name}: ${p.value}`);
  if (footer.executionMs !== undefined) lines.push(`Execution Time: ${footer.executionMs.toFixed(3)} ms`);
  if (footer.dpu) {
    lines.push('Statement DPU Estimate:', ...footer.dpu.map(part => `  ${printDpuPart(part)}`));
  }
  return lines;
}
