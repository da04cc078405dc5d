import { printDpuPart, printNode } from './groups';
import type { DpuPart, Plan, PlanFooter, PlanNode, PlanProperty, UnparsedLine } from './model';

/** What a line of a parsed text stands for. */
export type LineContent =
  | { type: 'node'; node: PlanNode; gap: string }
  | { type: 'label'; node: PlanNode }
  | { type: 'property'; property: PlanProperty }
  | { type: 'settings' | 'queryIdentifier' | 'planningMs' | 'executionMs' | 'dpuHeading' }
  | { type: 'dpu'; part: DpuPart }
  | { type: 'text'; text: string };

/** One line of the text a plan was read from. */
export interface PlanLine {
  /** Indentation, arrow, and what a terminal or mail program put in front. */
  before: string;
  content: LineContent;
  after: string;
  /** The line's own spelling, kept where it differs from ours: hand-made samples, wrapped lines, other number formats. */
  literal?: string;
}

/** A plan read from text. */
export interface ParsedPlan extends Plan {
  lines: PlanLine[];
  /** Lines that hold something nobody understood, in order. A node with an unreadable group is in the tree and here. */
  unparsed: UnparsedLine[];
}

/** Prints a line's content from the model. */
export function renderContent(content: LineContent, footer: PlanFooter): string {
  switch (content.type) {
    case 'node':
      return printNode(content.node, content.gap);
    case 'label':
      return content.node.label ?? '';
    case 'property':
      return `${content.property.name}: ${content.property.value}`;
    case 'settings':
      return `Settings: ${footer.settings ?? ''}`;
    case 'queryIdentifier':
      return `Query Identifier: ${footer.queryIdentifier ?? ''}`;
    case 'planningMs':
      return `Planning Time: ${(footer.planningMs ?? 0).toFixed(3)} ms`;
    case 'executionMs':
      return `Execution Time: ${(footer.executionMs ?? 0).toFixed(3)} ms`;
    case 'dpuHeading':
      return 'Statement DPU Estimate:';
    case 'dpu':
      return printDpuPart(content.part);
    case 'text':
      return content.text;
  }
}

/** Prints a parsed plan back: for every text, `printPlan(parsePlan(text)) === text`. Changed numbers show, where the line was ours. */
export function printPlan(plan: ParsedPlan): string {
  return plan.lines.map(l => l.before + (l.literal ?? renderContent(l.content, plan.footer)) + l.after).join('\n');
}
