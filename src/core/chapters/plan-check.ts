import { walk, type Plan } from '../plan/model';
import { parsePlan } from '../plan/parse';
import { nodesUsing, planIndexes, planUses, rowsRead } from '../plan/query';
import type { Check, CheckOutcome, PlanMeasure } from './contract';
import { documentOf } from './perform-compare-plans';

/** Holds a plan's shape to a chapter's expectation: what its nodes are, not how the text happens to be laid out. */
export function verifyPlan(
  check: Extract<Check, { type: 'plan' }>,
  text: string,
  other?: string,
): Omit<CheckOutcome, 'check'> {
  const plan = parsePlan(text);
  const read = rowsRead(plan);
  const conditions: { text: string; held: boolean }[] = [];
  const { uses, avoids, index, maxRowsRead } = check;
  if (uses !== undefined) conditions.push({ text: uses, held: planUses(plan, uses) });
  if (avoids !== undefined) conditions.push({ text: `no ${avoids}`, held: !planUses(plan, avoids) });
  if (index !== undefined) conditions.push({ text: `through ${index}`, held: planIndexes(plan).includes(index) });
  if (maxRowsRead !== undefined)
    conditions.push({ text: `at most ${maxRowsRead} rows read`, held: read !== undefined && read <= maxRowsRead });
  const measures: string[] = [];
  if (check.less) {
    const { of, than } = check.less;
    const [mine, theirs] = [text, other].map(plan => (plan === undefined ? undefined : totalOf(plan, of)));
    conditions.push({
      text: `fewer ${MEASURES[of]} than "${than}"`,
      held: mine !== undefined && theirs !== undefined && mine < theirs,
    });
    const whose =
      other === undefined ? `"${than}" was not explained in this session` : `${figure(theirs)} in "${than}"`;
    measures.push(`${figure(mine)} ${MEASURES[of]}, ${whose}`);
  }
  const found = uses === undefined ? [] : nodesUsing(plan, uses).filter(node => node.layer !== 'query');
  const shown = [[scansOf(plan), ...found.map(node => node.title)].join(', '), ...measures].join('; ');
  return {
    held: plan.roots.length > 0 && conditions.every(condition => condition.held),
    expected: conditions.map(condition => condition.text).join(', '),
    actual: maxRowsRead === undefined ? shown : `${shown}; ${read ?? 'unknown'} rows read`,
  };
}

const MEASURES: Readonly<Record<PlanMeasure, string>> = {
  rowsRead: 'rows read',
  lookups: 'rows looked up',
  dpu: 'DPU',
};

/** A total of an analysed plan; no look-ups are 0 of them. */
function totalOf(text: string, measure: PlanMeasure): number | undefined {
  const { totals, analysed } = documentOf(text);
  return totals[measure] ?? (measure === 'lookups' && analysed ? 0 : undefined);
}

const figure = (value: number | undefined): string => (value === undefined ? 'unknown' : String(value));

/** The scans of a plan, which is what an index changes; its top where it has none. */
function scansOf(plan: Plan): string {
  const query = [...walk(plan.roots)].filter(node => node.layer === 'query');
  const scans = query.filter(node => /\bScan\b/.test(node.type));
  const shown = scans.length > 0 ? scans : query.slice(0, 1);
  return shown.map(node => node.title).join(', ') || 'no plan';
}
