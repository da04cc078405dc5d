import type { NodeMeasures, PlanModel } from '../measures';
import type { Plan, PlanNode } from '../model';
import type { CatalogFacts } from './catalog-facts';

/** Something about a plan that its owner can act on. */
export interface Finding {
  /** Stable id of the rule, kebab-case. */
  rule: string;
  severity: 'notice' | 'warning' | 'severe';
  /** A few words for a list. */
  title: string;
  /** The node it is about. */
  node: PlanNode;
  /** Others that belong to it. */
  nodes?: PlanNode[];
  /** What the plan shows, with its numbers. A sentence, as are the next three; several where findings of one remedy are told together. */
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
  /** What is known of the tables; absent when the plan is all there is. */
  catalog?: CatalogFacts;
}

/** One rule: at most one finding a node. Thresholds come from AWS's published diagnosis guide for DSQL plans (DSQL skill, 2026). */
export type Rule = (measures: NodeMeasures, context: RuleContext) => Finding | undefined;

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A number for people: `12,345`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** A share of 1 for people: `37 %`. What is not all is not called 100 %. */
export function percent(share: number): string {
  if (share < 1 && share > 0.9995) return 'over 99.9 %';
  return `${COUNT.format(share * 100)} %`;
}
