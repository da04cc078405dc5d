import { measurePlan, type PlanModel } from '../measures';
import type { Plan } from '../model';
import type { CatalogFacts } from './catalog-facts';
import type { Finding, Rule, RuleContext } from './finding';
import { implausibleRows, invalidIndex, staleStatistics, unusedIndex } from './catalog-rules';
import {
  crossJoin,
  estimateError,
  hashResize,
  joinFilterWaste,
  nestedLoopAmplification,
  neverAnalysed,
} from './planner-rules';
import { filterBehindIndex, manyLookups, queryProcessorFilter, selectiveFullScan, wideProjection } from './scan-rules';
import { indexableSort, sortSpill } from './sort-rules';

/** All rules. A new one is one function here and one plan in its test. */
const RULES: readonly Rule[] = [
  selectiveFullScan,
  filterBehindIndex,
  queryProcessorFilter,
  manyLookups,
  neverAnalysed,
  estimateError,
  nestedLoopAmplification,
  joinFilterWaste,
  crossJoin,
  hashResize,
  indexableSort,
  sortSpill,
  wideProjection,
  invalidIndex,
  unusedIndex,
  staleStatistics,
  implausibleRows,
];

const ORDER = { severe: 0, warning: 1, notice: 2 };

/** What is worth changing about a plan, worst first. A good plan has no findings; a plan that was not analysed has notices only. */
export function findingsOf(plan: Plan, model: PlanModel = measurePlan(plan), catalog?: CatalogFacts): Finding[] {
  const context: RuleContext = { plan, model, ...(catalog ? { catalog } : {}) };
  const findings = model.nodes.flatMap(m => RULES.map(rule => rule(m, context)).filter(f => f !== undefined));
  return merged(findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]));
}

/**
 * Findings that the same SQL settles are one, on the same scan or of the same rule on several: the worst of them, with what the others
 * observed.
 */
function merged(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of findings) {
    const worse = kept.find(
      other =>
        other.sql !== undefined &&
        other.sql === finding.sql &&
        (other.rule === finding.rule || shareNode(other, finding)),
    );
    if (!worse) kept.push({ ...finding });
    else {
      worse.observed = joined(worse.observed, finding.observed);
      worse.why = joined(worse.why, finding.why);
      const nodes = new Set([...(worse.nodes ?? []), finding.node, ...(finding.nodes ?? [])]);
      nodes.delete(worse.node);
      if (nodes.size > 0) worse.nodes = [...nodes];
    }
  }
  return kept;
}

const shareNode = (one: Finding, other: Finding): boolean =>
  [one.node, ...(one.nodes ?? [])].some(node => node === other.node || other.nodes?.includes(node) === true);

const joined = (text: string, more: string): string => (text.includes(more) ? text : `${text} ${more}`);
