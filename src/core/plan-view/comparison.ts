import type { PlanComparisonRow, PlanComparisonView } from '../../protocol/plan-view';
import type { ComparedMeasure, ComparedNode } from '../plan/contract';
import { comparePlans } from '../plan/compare/compare';
import type { ShownPlan } from './plan-view';
import { costText, factorText, msText, rowsText } from './texts';
import { dpuText, usdText } from '../cost/texts';

const MEASURES: Readonly<Record<ComparedMeasure['name'], { name: string; text: (value: number) => string }>> = {
  executionMs: { name: 'Execution time', text: msText },
  planningMs: { name: 'Planning time', text: msText },
  cost: { name: "Planner's cost", text: costText },
  rowsRead: { name: 'Rows read in storage', text: rowsText },
  rowsSent: { name: 'Rows sent by storage', text: rowsText },
  rowsReturned: { name: 'Rows returned', text: rowsText },
  lookups: { name: 'Look-ups in tables', text: rowsText },
  dpu: { name: 'DPU', text: dpuText },
  usdPerMillionRuns: { name: 'Price of a million runs', text: usdText },
};
/** More rows returned, or a higher cost in the planner's opinion, is neither better nor worse. */
const NEUTRAL: ReadonlySet<ComparedMeasure['name']> = new Set(['rowsReturned', 'cost']);
/** Below a tenth a difference is noise. */
const NOISE = 0.1;

/** Differences that are neither better nor worse: rows are what was asked for, and costs are the planner's opinion. */
const PLAIN: ReadonlySet<string> = new Set(['rows', 'cost']);

const DIFFERENCES: readonly {
  key: 'exclusiveMs' | 'rows' | 'rowsRead' | 'lookups' | 'cost' | 'dpu';
  name: string;
  text: (value: number) => string;
}[] = [
  { key: 'exclusiveMs', name: 'time', text: msText },
  { key: 'rows', name: 'rows', text: rowsText },
  { key: 'rowsRead', name: 'rows read', text: rowsText },
  { key: 'lookups', name: 'look-ups', text: rowsText },
  { key: 'cost', name: 'cost', text: costText },
  { key: 'dpu', name: 'DPU', text: dpuText },
];

/** The core's comparison of two plans, in words. */
export function comparePlanViews(before: ShownPlan, after: ShownPlan): PlanComparisonView {
  const { verdict, better, measures, nodes } = comparePlans(before.document, after.document);
  return {
    before: before.view,
    verdict,
    better,
    facts: measures.flatMap(measureView),
    rows: nodes.map(node => rowView(node, before, after)),
  };
}

function measureView({ name, before, after, factor }: ComparedMeasure): PlanComparisonView['facts'] {
  if (before === undefined && after === undefined) return [];
  const { name: title, text } = MEASURES[name];
  const shown = (value: number | undefined): string => (value === undefined ? 'unknown' : text(value));
  const told = before !== undefined && after !== undefined;
  const differs = told && Math.abs(after - before) > NOISE * Math.max(Math.abs(before), Math.abs(after));
  return [
    {
      name: title,
      before: shown(before),
      after: shown(after),
      change: !told ? '' : !differs ? 'same' : changeText(before, after, factor),
      ...(differs && !NEUTRAL.has(name) && { better: after < before }),
    },
  ];
}

function changeText(before: number, after: number, factor: number | undefined): string {
  if (factor === undefined || factor <= 0) return after > before ? 'more' : 'none any more';
  return factor < 1 ? `${factorText(1 / factor)} less` : `${factorText(factor)} more`;
}

function rowView(node: ComparedNode, before: ShownPlan, after: ShownPlan): PlanComparisonRow {
  const view = node.after === undefined ? before.view.nodes[node.before ?? -1] : after.view.nodes[node.after];
  return {
    ...(node.before !== undefined && { before: node.before }),
    ...(node.after !== undefined && { after: node.after }),
    change: node.change,
    level: view?.level ?? 1,
    differences: DIFFERENCES.flatMap(({ key, name, text }) => {
      const value = node[key];
      if (value === undefined || value === 0) return [];
      const change = `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`;
      return [{ name, change, ...(!PLAIN.has(key) && { better: value < 0 }) }];
    }),
  };
}
