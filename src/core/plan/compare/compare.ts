import type { ComparedMeasure, PlanComparison, PlanDocument } from '../../../protocol/plan-document';
import { matchNodes } from './match-nodes';
import { betterOf, verdictOf } from './verdict';

/** Two plans of one statement: nodes matched, figures held against each other, and in words what changed. */
export function comparePlans(before: PlanDocument, after: PlanDocument): PlanComparison {
  const measures: ComparedMeasure[] = [];
  const measure = (name: ComparedMeasure['name'], b: number | undefined, a: number | undefined): void => {
    if (b === undefined && a === undefined) return;
    const compared: ComparedMeasure = { name };
    if (b !== undefined) compared.before = b;
    if (a !== undefined) compared.after = a;
    if (a !== undefined && b !== undefined && b > 0) compared.factor = a / b;
    measures.push(compared);
  };
  for (const name of [
    'executionMs',
    'planningMs',
    'cost',
    'rowsRead',
    'rowsSent',
    'rowsReturned',
    'lookups',
    'dpu',
  ] as const)
    measure(name, before.totals[name], after.totals[name]);
  measure('usdPerMillionRuns', before.cost?.usdPerMillionRuns, after.cost?.usdPerMillionRuns);
  const nodes = matchNodes(before, after);
  const better = betterOf(measures);
  return { verdict: verdictOf(before, after, measures, nodes, better), better, measures, nodes };
}
