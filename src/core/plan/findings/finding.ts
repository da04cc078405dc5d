import type { NodeMeasures, PlanModel } from '../measures';
import type { Plan, PlanNode } from '../model';

/** Something about a plan that its owner can act on. */
export interface Finding {
  /** Stable id of the rule, kebab-case. */
  rule: string;
  severity: 'notice' | 'warning' | 'severe';
  /** The node it is about. */
  node: PlanNode;
  /** What the plan shows, with its numbers. One sentence each, as are the next three. */
  observed: string;
  why: string;
  recommendation: string;
  /** What to expect of it. */
  gain: string;
  /** SQL that does it, where it can be written from the plan alone. */
  sql?: string;
}

/** What a rule looks at. */
export interface RuleContext {
  plan: Plan;
  model: PlanModel;
}

/** One rule: at most one finding a node. Thresholds come from AWS's published diagnosis guide for DSQL plans (DSQL skill, 2026). */
export type Rule = (measures: NodeMeasures, context: RuleContext) => Finding | undefined;

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A number for people: `12,345`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** A share of 1 for people: `37 %`. */
export function percent(share: number): string {
  return `${COUNT.format(share * 100)} %`;
}
